#version 460
// Mean and inverse deviation over the rows of a sample and the columns of a group, in two passes. One workgroup per sample and
// group.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, x)
layout(set = 0, binding = 1) writeonly buffer Mean { float mean[]; };
layout(set = 0, binding = 2) writeonly buffer Inverse { float inverse[]; };
layout(push_constant) uniform Push {
    uint samples, quads, width, groups, rowsPerSample, firstSample, statisticsStride;
    float epsilon;
};

void main() {
    const uint index = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (index >= samples * groups) return;  // the same for the whole workgroup
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    const uint sampleIndex = index / groups, group = index % groups;
    const uint begin = group * width, end = begin + width;
    const uint firstQuad = begin / 4, quadsOfGroup = (end + 3) / 4 - firstQuad;
    const uint first = sampleIndex * rowsPerSample * quads + firstQuad, count = rowsPerSample * quadsOfGroup;
    const float inverseCount = 1.0 / (float(rowsPerSample) * float(width));

    float sum = 0;
    for (uint k = lane; k < count; k += lanes) {
        const uint quad = k % quadsOfGroup;
        const uvec4 column = uvec4(0, 1, 2, 3) + (firstQuad + quad) * 4;
        const vec4 inside = vec4(greaterThanEqual(column, uvec4(begin))) * vec4(lessThan(column, uvec4(end)));
        sum += dot(inside, LOAD(x, first + k / quadsOfGroup * quads + quad));
    }
    const float center = rowSum(sum) * inverseCount;

    // What the sum of deviations is off zero is what the mean was rounded by.
    float rest = 0, squares = 0;
    for (uint k = lane; k < count; k += lanes) {
        const uint quad = k % quadsOfGroup;
        const uvec4 column = uvec4(0, 1, 2, 3) + (firstQuad + quad) * 4;
        const vec4 inside = vec4(greaterThanEqual(column, uvec4(begin))) * vec4(lessThan(column, uvec4(end)));
        const vec4 d = inside * (LOAD(x, first + k / quadsOfGroup * quads + quad) - center);
        rest += sumOf(d);
        squares += dot(d, d);
    }
    const float offset = rowSum(rest) * inverseCount;
    const float variance = max(rowSum(squares) * inverseCount - offset * offset, 0.0);

    if (lane == 0) {
        const uint row = (firstSample + sampleIndex) * statisticsStride;
        mean[row + group] = center + offset;
        inverse[row + group] = 1.0 / sqrt(variance + epsilon);
        if (group == groups - 1) {
            for (uint k = groups; k < statisticsStride; ++k) mean[row + k] = inverse[row + k] = 0;
        }
    }
}
