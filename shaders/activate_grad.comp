#version 460
// dX = activation'(value) dY [+ dX] over n vec4.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint ACTIVATION = 0;
layout(constant_id = 2) const float ALPHA = 0;
layout(constant_id = 3) const uint ACCUMULATE = 0;

READ_VECTORS(0, value)
READ_VECTORS(1, dY)
READ_VECTORS(2, oldDX)
WRITE_VECTORS(3, dX)
layout(push_constant) uniform Push { uint n; };

void main() {
    const uint i = flatIndex();
    if (i < n) {
        vec4 gradient = activationGradient(ACTIVATION, ALPHA, LOAD(value, i)) * LOAD(dY, i);
        if (ACCUMULATE != 0) gradient += LOAD(oldDX, i);
        STORE(dX, i, gradient)
    }
}
