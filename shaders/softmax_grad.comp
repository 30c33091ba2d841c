#version 460
// dX[i][j] = y[i][j] (dY[i][j] - sum_k dY[i][k] y[i][k]) [+ dX]; one workgroup per row. Precondition: padding of y is zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

layout(constant_id = 1) const uint ACCUMULATE = 0;

READ_VECTORS(0, y)
READ_VECTORS(1, dY)
READ_VECTORS(2, old)  // only to accumulate
WRITE_VECTORS(3, dX)
layout(push_constant) uniform Push { uint rows, quads; };

void main() {
    const uint row = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (row >= rows) return;
    const uint first = row * quads, lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;

    float part = 0;
    for (uint q = lane; q < quads; q += lanes) part += dot(LOAD(dY, first + q), LOAD(y, first + q));
    const float inner = rowSum(part);

    for (uint q = lane; q < quads; q += lanes) {
        vec4 value = LOAD(y, first + q) * (LOAD(dY, first + q) - inner);
        if (ACCUMULATE != 0) value += LOAD(old, first + q);
        STORE(dX, first + q, value)
    }
}
