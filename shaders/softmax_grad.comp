#version 460
// dX[i][j] = y[i][j] (dY[i][j] - sum_k dY[i][k] y[i][k]); one workgroup per row. Precondition: padding of y is zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, y)
READ_VECTORS(1, dY)
WRITE_VECTORS(2, dX)
layout(push_constant) uniform Push { uint rows, columns, quads; };

void main() {
    const uint row = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (row >= rows) return;
    const uint first = row * quads, lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;

    float part = 0;
    for (uint q = lane; q < quads; q += lanes) part += dot(LOAD(dY, first + q), LOAD(y, first + q));
    const float inner = rowSum(part);

    for (uint q = lane; q < quads; q += lanes) {
        const vec4 p = LOAD(y, first + q);
        STORE(dX, first + q, p * (LOAD(dY, first + q) - inner))
    }
}
