// One workgroup per row of a matrix, and reductions over its invocations through shared memory.
// Precondition: the workgroup size is a power of two, at most 256; every invocation calls the reductions.
#include "columns.glsl"
layout(local_size_x_id = 0) in;

shared float rowScratch[256];

float rowSum(float value) {
    const uint lane = gl_LocalInvocationID.x;
    rowScratch[lane] = value;
    barrier();
    for (uint half_ = gl_WorkGroupSize.x / 2; half_ > 0; half_ /= 2) {
        if (lane < half_) rowScratch[lane] += rowScratch[lane + half_];
        barrier();
    }
    const float sum = rowScratch[0];
    barrier();
    return sum;
}

float rowMax(float value) {
    const uint lane = gl_LocalInvocationID.x;
    rowScratch[lane] = value;
    barrier();
    for (uint half_ = gl_WorkGroupSize.x / 2; half_ > 0; half_ /= 2) {
        if (lane < half_) rowScratch[lane] = max(rowScratch[lane], rowScratch[lane + half_]);
        barrier();
    }
    const float largest = rowScratch[0];
    barrier();
    return largest;
}

float sumOf(vec4 v) {
    return v.x + v.y + v.z + v.w;
}
