#version 460
// Puts the partial moments of column_moments together: Chan, Golub & LeVeque 1983, eq. 2.1. Gives mean, inverse deviation and
// the running statistics of batch norm. One workgroup per vec4 of columns.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "columns.glsl"

layout(local_size_x_id = 0) in;
shared float counts[256];
shared vec4 means[256], squares[256];

READ_VECTORS(0, partials)
READ_VECTORS(1, oldMean)
READ_VECTORS(2, oldVariance)
WRITE_VECTORS(3, mean)
WRITE_VECTORS(4, inverse)
WRITE_VECTORS(5, runningMean)
WRITE_VECTORS(6, runningVariance)
layout(push_constant) uniform Push {
    uint rows, columns, quads, chunks, windowRows, parts, second;
    float momentum, epsilon;
};

void combine(inout float count, inout vec4 m, inout vec4 s, float otherCount, vec4 otherMean, vec4 otherSquares) {
    const float total = count + otherCount, share = otherCount / max(total, 1.0);
    const vec4 d = otherMean - m;
    m += d * share;
    s += otherSquares + d * d * (count * share);
    count = total;
}

void main() {
    const uint quad = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (quad >= quads) return;  // the same for the whole workgroup
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;

    float count = 0;
    vec4 m = vec4(0), s = vec4(0);
    for (uint part = lane; part < parts; part += lanes) {
        // A part has every chunks-th row of a window of rows.
        const uint rowsOfWindow = min(windowRows, rows - part / chunks * windowRows);
        const uint firstRow = part % chunks;
        const uint rowsOfPart = firstRow < rowsOfWindow ? (rowsOfWindow - firstRow + chunks - 1) / chunks : 0;
        const uint at = part * quads + quad;
        combine(count, m, s, float(rowsOfPart), LOAD(partials, at), LOAD(partials, second + at));
    }
    counts[lane] = count;
    means[lane] = m;
    squares[lane] = s;
    barrier();
    for (uint gap = lanes / 2; gap > 0; gap /= 2) {
        if (lane < gap) {
            combine(count, m, s, counts[lane + gap], means[lane + gap], squares[lane + gap]);
            counts[lane] = count;
            means[lane] = m;
            squares[lane] = s;
        }
        barrier();
    }

    if (lane == 0) {
        const vec4 variance = s / float(rows), unbiased = s / max(float(rows) - 1.0, 1.0);
        STORE(mean, quad, m)
        STORE(inverse, quad, mix(vec4(0), 1.0 / sqrt(variance + epsilon), isColumn(quad, columns)))
        STORE(runningMean, quad, mix(LOAD(oldMean, quad), m, momentum))
        STORE(runningVariance, quad, mix(LOAD(oldVariance, quad), unbiased, momentum))
    }
}
