#version 460
// squares[firstPart + p][j] = sum of w[i][j]^2 over the rows i of part p; one invocation per vec4 of columns and part.
// Rows are added in order, so the result is always the same.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, weights)
WRITE_VECTORS(1, squares)
layout(push_constant) uniform Push { uint rows, quads, rowsPerPart, firstPart, n; };

void main() {
    const uint i = flatIndex();
    if (i < n) {
        const uint part = i / quads, quad = i % quads;
        const uint end = min((part + 1) * rowsPerPart, rows);
        vec4 sum = vec4(0);
        for (uint row = part * rowsPerPart; row < end; ++row) {
            const vec4 w = LOAD(weights, row * quads + quad);
            sum += w * w;
        }
        STORE(squares, firstPart * quads + i, sum)
    }
}
