#version 460
// c = b1 m + (1 - b1) g; w -= rate (sign(c) + decay w); m = b2 m + (1 - b2) g, over n vec4.
// Chen et al. 2023, algorithm 2. Read and write bindings of w and m name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

READ_VECTORS(0, gradients)
READ_VECTORS(1, oldWeights)
READ_VECTORS(2, oldM)
WRITE_VECTORS(3, weights)
WRITE_VECTORS(4, m)
STEP_SCALARS(5)
layout(push_constant) uniform Push { uint n; float beta1, oneMinusBeta1, beta2, oneMinusBeta2, decay, rateFactor; };

void main() {
    const uint i = flatIndex();
    const float rate = step_.learningRate * rateFactor;  // read where every invocation is active, see adam.comp
    const bool skipped = step_.skip != 0;
    if (i < n && !skipped) {
        const vec4 w = LOAD(oldWeights, i), g = LOAD(gradients, i), oldM_ = LOAD(oldM, i);
        STORE(weights, i, w - rate * (sign(beta1 * oldM_ + oneMinusBeta1 * g) + decay * w))
        STORE(m, i, beta2 * oldM_ + oneMinusBeta2 * g)
    }
}
