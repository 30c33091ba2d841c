#version 460
// g += decay w; u = momentum u + g; w -= rate u, or with Nesterov w -= rate (g + momentum u), over n vec4.
// Sutskever et al. 2013. Read and write bindings of w and u name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

layout(constant_id = 1) const uint NESTEROV = 0;

READ_VECTORS(0, gradients)
READ_VECTORS(1, oldWeights)
READ_VECTORS(2, oldVelocity)
WRITE_VECTORS(3, weights)
WRITE_VECTORS(4, velocity)
STEP_SCALARS(5)
layout(push_constant) uniform Push { uint n; float momentum, decay, rateFactor; };

void main() {
    const uint i = flatIndex();
    const float rate = step_.learningRate * rateFactor;  // read where every invocation is active, see adam.comp
    const bool skipped = step_.skip != 0;
    if (i < n && !skipped) {
        const vec4 w = LOAD(oldWeights, i);
        const vec4 g = LOAD(gradients, i) + decay * w;
        const vec4 u = momentum * LOAD(oldVelocity, i) + g;
        STORE(velocity, i, u)
        STORE(weights, i, w - rate * (NESTEROV != 0 ? g + momentum * u : u))
    }
}
