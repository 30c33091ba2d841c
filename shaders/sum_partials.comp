#version 460
// C = activation(sum of the partial sums, in their order [+ bias] [+ C]) for n vec4 in rows of `quads`; the partial sums lie n apart.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "epilogue.glsl"

READ_VECTORS(0, partials)
READ_VECTORS(1, bias)
READ_VECTORS(2, oldC)
WRITE_VECTORS(3, c)
layout(push_constant) uniform Push { uint n, quads, columns, count; };

void main() {
    const uint i = flatIndex();
    if (i < n) {
        vec4 sum = LOAD(partials, i);
        for (uint part = 1; part < count; ++part) sum += LOAD(partials, part * n + i);
        const vec4 value = FINISHED(sum, i % quads, i);
        STORE(c, i, value)
    }
}
