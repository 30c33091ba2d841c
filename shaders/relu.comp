#version 460
// y = max(x, 0) over n vec4. Preconditions: equal layout of x and y; y may be x.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, y)
layout(push_constant) uniform Push { uint n; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(y, i, max(LOAD(x, i), vec4(0)))
}
