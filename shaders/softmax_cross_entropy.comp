#version 460
// Per row i with label l: loss = log sum_j exp(z[j]) - z[l]; correct = l is the first of the largest logits;
// dLogits[j] = (softmax(z)[j] - [j == l]) * inverseCount. One workgroup per row.
// A label >= columns makes the row count for nothing. Padding columns of dLogits are written as zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"
#include "step.glsl"

layout(constant_id = 1) const uint WITH_GRADIENT = 1;

READ_VECTORS(0, logits)
layout(set = 0, binding = 1) readonly buffer Labels { uint labels[]; };
STEP_SCALARS(2)
layout(set = 0, binding = 3) writeonly buffer Results { float results[]; };  // loss, then correct, `resultStride` apart
WRITE_VECTORS(4, dLogits)
layout(push_constant) uniform Push { uint rows, columns, quads, resultStride; };

void main() {
    const uint row = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (row >= rows) return;
    const uint first = row * quads, lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    const uint label = labels[row];
    const bool counts = label < columns;

    float largest = -3.0e38;
    for (uint q = lane; q < quads; q += lanes) {
        const vec4 z = mix(vec4(-3.0e38), LOAD(logits, first + q), isColumn(q, columns));
        largest = max(largest, max(max(z.x, z.y), max(z.z, z.w)));
    }
    largest = rowMax(largest);

    // Indices as floats are exact below 2^24 columns; the largest negative is the smallest index.
    float sum = 0, firstLargest = -3.0e38;
    for (uint q = lane; q < quads; q += lanes) {
        const vec4 z = mix(vec4(-3.0e38), LOAD(logits, first + q), isColumn(q, columns));
        sum += sumOf(mix(vec4(0), exp(z - largest), isColumn(q, columns)));
        const vec4 index = -vec4(uvec4(0, 1, 2, 3) + q * 4);
        const vec4 candidate = mix(vec4(-3.0e38), index, greaterThanEqual(z, vec4(largest)));
        firstLargest = max(firstLargest, max(max(candidate.x, candidate.y), max(candidate.z, candidate.w)));
    }
    sum = rowSum(sum);
    firstLargest = rowMax(firstLargest);

    if (lane == 0) {
        const uint l = min(label, columns - 1);
        const vec4 quad = LOAD(logits, first + l / 4);
        const float zLabel = dot(quad, vec4(equal(uvec4(0, 1, 2, 3), uvec4(l % 4))));
        results[row] = counts ? largest + log(sum) - zLabel : 0.0;
        results[resultStride + row] = counts && uint(-firstLargest) == label ? 1.0 : 0.0;
    }

    if (WITH_GRADIENT != 0) {
        const float scale = counts ? step_.inverseCount : 0.0;
        const float inverse = 1.0 / sum;
        for (uint q = lane; q < quads; q += lanes) {
            const vec4 p = exp(LOAD(logits, first + q) - largest) * inverse;
            const vec4 oneHot = vec4(equal(uvec4(0, 1, 2, 3) + q * 4, uvec4(label)));
            STORE(dLogits, first + q, mix(vec4(0), (p - oneHot) * scale, isColumn(q, columns)))
        }
    }
}
