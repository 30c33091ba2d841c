#version 460
// x *= factor, over n vec4; the factor is that of clip_norm_factor. Both bindings of x name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, oldX)
WRITE_VECTORS(1, x)
READ_VECTORS(2, factor)
layout(push_constant) uniform Push { uint n; };

void main() {
    const uint i = flatIndex();
    const vec4 scale = LOAD(factor, 0);
    if (i < n) STORE(x, i, LOAD(oldX, i) * scale)
}
