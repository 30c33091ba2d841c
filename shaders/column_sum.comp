#version 460
// sum[j] = sum_i x[i][j]; one invocation per vec4 of columns. Rows are added in order, so the result is always the same.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, sum)
layout(push_constant) uniform Push { uint rows, quads; };

void main() {
    const uint i = flatIndex();
    if (i < quads) {
        vec4 total = vec4(0);
        for (uint row = 0; row < rows; ++row) total += LOAD(x, row * quads + i);
        STORE(sum, i, total)
    }
}
