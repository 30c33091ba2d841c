#version 460
// y = activation(a + b) over n vec4; see activate.comp.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "flat_activation.glsl"

READ_VECTORS(0, a)
READ_VECTORS(1, b)
WRITE_VECTORS(2, y)
layout(push_constant) uniform Push { uint n, first, quads, columns; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(y, i, activateFlat(LOAD(a, i) + LOAD(b, i), first + i, quads, columns))
}
