#version 460
// The means of q = gamma dY and of q n over the rows of a sample and the columns of a group, with n = (x - mean) inverse. One
// workgroup per sample and group.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, x)
READ_VECTORS(1, dY)
READ_VECTORS(2, gamma)
READ_WORDS(3, mean)
READ_WORDS(4, inverse)
layout(set = 0, binding = 5) writeonly buffer Means { float means[]; };  // of q, then from `second` on of q n
layout(push_constant) uniform Push {
    uint samples, quads, width, groups, rowsPerSample, firstSample, statisticsStride, second;
};

void main() {
    const uint index = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (index >= samples * groups) return;  // the same for the whole workgroup
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    const uint sampleIndex = index / groups, group = index % groups;
    const uint begin = group * width, end = begin + width;
    const uint firstQuad = begin / 4, quadsOfGroup = (end + 3) / 4 - firstQuad;
    const uint first = sampleIndex * rowsPerSample * quads + firstQuad, count = rowsPerSample * quadsOfGroup;
    const uint statistics = (firstSample + sampleIndex) * statisticsStride + group;
    const float center = uintBitsToFloat(LOAD_WORD(mean, statistics));

    float sum = 0, products = 0;
    for (uint k = lane; k < count; k += lanes) {
        const uint quad = k % quadsOfGroup, at = first + k / quadsOfGroup * quads + quad;
        const uvec4 column = uvec4(0, 1, 2, 3) + (firstQuad + quad) * 4;
        const vec4 inside = vec4(greaterThanEqual(column, uvec4(begin))) * vec4(lessThan(column, uvec4(end)));
        const vec4 q = inside * LOAD(gamma, firstQuad + quad) * LOAD(dY, at);
        sum += sumOf(q);
        products += dot(q, LOAD(x, at) - center);
    }
    sum = rowSum(sum);
    products = rowSum(products);

    if (lane == 0) {
        const float inverseCount = 1.0 / (float(rowsPerSample) * float(width));
        means[statistics] = sum * inverseCount;
        means[second + statistics] = products * uintBitsToFloat(LOAD_WORD(inverse, statistics)) * inverseCount;
    }
}
