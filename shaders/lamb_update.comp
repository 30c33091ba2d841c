#version 460
// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g g; u = m c1 / (sqrt(v) c2 + epsilon) + decay w, over n vec4.
// You et al. 2020, algorithm 2; c1 and c2 as in adam.comp. u takes the place of g; the bindings of each name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

READ_VECTORS(0, gradients)
READ_VECTORS(1, weights)
READ_VECTORS(2, oldM)
READ_VECTORS(3, oldV)
WRITE_VECTORS(4, updates)
WRITE_VECTORS(5, m)
WRITE_VECTORS(6, v)
STEP_SCALARS(7)
layout(push_constant) uniform Push { uint n; float beta1, beta2, epsilon, oneMinusBeta1, oneMinusBeta2, decay; };

void main() {
    const uint i = flatIndex();
    const vec2 correction = step_.optimizer.xy;  // read where every invocation is active, see adam.comp
    const bool skipped = step_.skip != 0;
    if (i < n && !skipped) {
        const vec4 g = LOAD(gradients, i);
        const vec4 newM = beta1 * LOAD(oldM, i) + oneMinusBeta1 * g;
        const vec4 newV = beta2 * LOAD(oldV, i) + oneMinusBeta2 * g * g;
        STORE(m, i, newM)
        STORE(v, i, newV)
        STORE(updates, i, newM * correction.x / (sqrt(newV) * correction.y + epsilon) + decay * LOAD(weights, i))
    }
}
