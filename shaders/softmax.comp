#version 460
// y[i][j] = exp(x[i][j] - max) / sum_k exp(x[i][k] - max); one workgroup per row. Padding columns are written as zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, y)
layout(push_constant) uniform Push { uint rows, columns, quads; };

void main() {
    const uint row = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (row >= rows) return;  // the same for the whole workgroup
    const uint first = row * quads, lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;

    float largest = -3.4e38;
    for (uint q = lane; q < quads; q += lanes) {
        const vec4 z = mix(vec4(-3.4e38), LOAD(x, first + q), isColumn(q, columns));
        largest = max(largest, max(max(z.x, z.y), max(z.z, z.w)));
    }
    largest = rowMax(largest);

    float sum = 0;
    for (uint q = lane; q < quads; q += lanes)
        sum += sumOf(mix(vec4(0), exp(LOAD(x, first + q) - largest), isColumn(q, columns)));
    const float inverse = 1.0 / rowSum(sum);

    for (uint q = lane; q < quads; q += lanes)
        STORE(y, first + q, mix(vec4(0), exp(LOAD(x, first + q) - largest) * inverse, isColumn(q, columns)))
}
