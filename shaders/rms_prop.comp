#version 460
// g += decay w; v = rho v + (1 - rho) g g; u = momentum u + g / (sqrt(v) + epsilon); w -= rate u, over n vec4.
// Tieleman & Hinton 2012, lecture 6e. Read and write bindings of w, v and u name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

READ_VECTORS(0, gradients)
READ_VECTORS(1, oldWeights)
READ_VECTORS(2, oldV)
READ_VECTORS(3, oldVelocity)
WRITE_VECTORS(4, weights)
WRITE_VECTORS(5, v)
WRITE_VECTORS(6, velocity)
STEP_SCALARS(7)
layout(push_constant) uniform Push { uint n; float rho, oneMinusRho, momentum, epsilon, decay, rateFactor; };

void main() {
    const uint i = flatIndex();
    const float rate = step_.learningRate * rateFactor;  // read where every invocation is active, see adam.comp
    const bool skipped = step_.skip != 0;
    if (i < n && !skipped) {
        const vec4 w = LOAD(oldWeights, i);
        const vec4 g = LOAD(gradients, i) + decay * w;
        const vec4 newV = rho * LOAD(oldV, i) + oneMinusRho * g * g;
        const vec4 u = momentum * LOAD(oldVelocity, i) + g / (sqrt(newV) + epsilon);
        STORE(v, i, newV)
        STORE(velocity, i, u)
        STORE(weights, i, w - rate * u)
    }
}
