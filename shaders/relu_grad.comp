#version 460
// dX = y > 0 ? dY : 0 over n vec4. Preconditions: equal layout; dX may be dY.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, y)
READ_VECTORS(1, dY)
WRITE_VECTORS(2, dX)
layout(push_constant) uniform Push { uint n; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(dX, i, mix(vec4(0), LOAD(dY, i), greaterThan(LOAD(y, i), vec4(0))))
}
