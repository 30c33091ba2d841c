#version 460
// y = activation(x) over n vec4. Where the activation of zero is not zero, columns of padding are masked: vec4 number `first` of
// the tensor comes first, and a row has `quads` of them.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "flat_activation.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, y)
layout(push_constant) uniform Push { uint n, first, quads, columns; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(y, i, activateFlat(LOAD(x, i), first + i, quads, columns))
}
