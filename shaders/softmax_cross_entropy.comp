#version 460
// The formulas of compute/ops/softmax_cross_entropy.h; one workgroup per row. A label >= columns makes the row count for nothing.
// Padding columns of dLogits and the padding of results are written as zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"
#include "step.glsl"

layout(constant_id = 1) const uint WITH_GRADIENT = 1;
layout(constant_id = 2) const uint MIXED = 0;     // two labels per row
layout(constant_id = 3) const uint WEIGHTED = 0;  // weights of classes
layout(constant_id = 4) const uint FOCUSED = 0;   // focal > 0

READ_VECTORS(0, logits)
layout(set = 0, binding = 1) readonly buffer Labels { uint labels[]; };
STEP_SCALARS(2)
layout(set = 0, binding = 3) writeonly buffer Results { float results[]; };  // loss, then answer, `resultStride` apart
WRITE_VECTORS(4, dLogits)
layout(set = 0, binding = 5) readonly buffer OtherLabels { uint otherLabels[]; };
layout(set = 0, binding = 6) readonly buffer LabelShare { float labelShare[]; };
READ_VECTORS(7, classWeights)
layout(push_constant) uniform Push {
    uint rows, columns, quads, resultStride, firstRow, allRows;  // of logits and dLogits, the rows from firstRow on are bound
    float smoothing, focal;
};

// w_j t_j of four columns.
vec4 targets(uint quad, uint a, uint b, float share) {
    const uvec4 j = uvec4(0, 1, 2, 3) + quad * 4;
    vec4 t = share * vec4(equal(j, uvec4(a)));
    if (MIXED != 0) t += (1.0 - share) * vec4(equal(j, uvec4(b)));
    t = (1.0 - smoothing) * t + smoothing / float(columns);
    if (WEIGHTED != 0) t *= LOAD(classWeights, quad);
    return mix(vec4(0), t, isColumn(quad, columns));
}

// From z - max, log of the sum of exponentials and w_j t_j: what four columns add to the loss, and their s_j.
void parts(vec4 z, float logSum, vec4 target, out vec4 loss, out vec4 slope) {
    const vec4 logP = max(z - logSum, vec4(-87.0));
    vec4 weight = vec4(1), first = vec4(0);
    if (FOCUSED != 0) {
        // Towards p = 1 the first part goes to zero, for log p goes as p - 1.
        const vec4 p = exp(z - logSum), miss = max(1.0 - p, vec4(1e-30));
        weight = mix(pow(miss, vec4(focal)), vec4(0), equal(miss, vec4(1e-30)));
        first = focal * p * (weight / miss) * logP;
    }
    loss = -target * weight * logP;
    slope = target * (first - weight);
}

void main() {
    const uint row = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (row >= rows) return;
    const uint first = row * quads, lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    const uint place = firstRow + row;
    const uint label = labels[place], other = MIXED != 0 ? otherLabels[place] : label;
    const float share = MIXED != 0 ? labelShare[place] : 1.0;
    const bool counts = label < columns;

    float largest = -3.4e38;
    for (uint q = lane; q < quads; q += lanes) {
        const vec4 z = mix(vec4(-3.4e38), LOAD(logits, first + q), isColumn(q, columns));
        largest = max(largest, max(max(z.x, z.y), max(z.z, z.w)));
    }
    largest = rowMax(largest);

    // Indices as floats are exact below 2^24 columns; the largest negative is the smallest index.
    float sum = 0, firstLargest = -3.4e38;
    for (uint q = lane; q < quads; q += lanes) {
        const bvec4 exists = isColumn(q, columns);
        const vec4 z = LOAD(logits, first + q);
        sum += sumOf(mix(vec4(0), exp(z - largest), exists));
        const vec4 index = -vec4(uvec4(0, 1, 2, 3) + q * 4);
        const vec4 candidate = mix(vec4(-3.4e38), mix(vec4(-3.4e38), index, greaterThanEqual(z, vec4(largest))), exists);
        firstLargest = max(firstLargest, max(max(candidate.x, candidate.y), max(candidate.z, candidate.w)));
    }
    const float logSum = log(rowSum(sum));
    firstLargest = rowMax(firstLargest);

    float loss = 0, slope = 0;
    for (uint q = lane; q < quads; q += lanes) {
        vec4 l, s;
        parts(LOAD(logits, first + q) - largest, logSum, targets(q, label, other, share), l, s);
        loss += sumOf(mix(vec4(0), l, isColumn(q, columns)));
        slope += sumOf(mix(vec4(0), s, isColumn(q, columns)));
    }
    loss = rowSum(loss);
    slope = rowSum(slope);

    if (lane == 0) {
        results[place] = counts ? loss : 0.0;
        results[resultStride + place] = counts ? -firstLargest : 0.0;
        if (place == allRows - 1) {
            for (uint i = allRows; i < resultStride; ++i) results[i] = results[resultStride + i] = 0;
        }
    }

    if (WITH_GRADIENT != 0) {
        const float scale = counts ? step_.inverseCount : 0.0;
        for (uint q = lane; q < quads; q += lanes) {
            const vec4 z = LOAD(logits, first + q) - largest;
            vec4 l, s;
            parts(z, logSum, targets(q, label, other, share), l, s);
            STORE(dLogits, first + q, mix(vec4(0), (s - exp(z - logSum) * slope) * scale, isColumn(q, columns)))
        }
    }
}
