#version 460
// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g g; w -= rate c1 m / (sqrt(v) c2 + epsilon), over n vec4.
// Kingma & Ba 2015, algorithm 1; c1 and c2 are the bias corrections of this step, see compute/ops/adam.h. Decay is added to
// the gradient (coupled) or takes its share of the weight first (decoupled); the one that is not meant is 0.
// 28 bytes per parameter: bandwidth decides. Read and write bindings of w, m and v name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

READ_VECTORS(0, gradients)
READ_VECTORS(1, oldWeights)
READ_VECTORS(2, oldM)
READ_VECTORS(3, oldV)
WRITE_VECTORS(4, weights)
WRITE_VECTORS(5, m)
WRITE_VECTORS(6, v)
STEP_SCALARS(7)
layout(push_constant) uniform Push {
    uint n;
    float beta1, beta2, epsilon, oneMinusBeta1, oneMinusBeta2, coupledDecay, decoupledDecay, rateFactor;
};

void main() {
    const uint i = flatIndex();
    // Read where every invocation is active: inside a branch lavapipe would load them lane by lane.
    const float rate = step_.learningRate * rateFactor, correction = step_.optimizer.y;
    const float corrected = rate * step_.optimizer.x, kept = 1.0 - rate * decoupledDecay;
    const bool skipped = step_.skip != 0;
    if (i < n && !skipped) {
        const vec4 w = LOAD(oldWeights, i);
        const vec4 g = LOAD(gradients, i) + coupledDecay * w;
        const vec4 newM = beta1 * LOAD(oldM, i) + oneMinusBeta1 * g;
        const vec4 newV = beta2 * LOAD(oldV, i) + oneMinusBeta2 * g * g;
        STORE(m, i, newM)
        STORE(v, i, newV)
        STORE(weights, i, kept * w - corrected * newM / (sqrt(newV) * correction + epsilon))
    }
}
