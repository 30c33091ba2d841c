#version 460
// x = min(max(x, -limit), limit), over n vec4. Both bindings name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, oldX)
WRITE_VECTORS(1, x)
layout(push_constant) uniform Push { uint n; float limit; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(x, i, clamp(LOAD(oldX, i), -limit, limit))
}
