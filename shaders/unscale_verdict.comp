#version 460
// skip = 1 where the sum of n partial sums of squares is not finite; one workgroup.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, sums)
layout(set = 0, binding = 1) writeonly buffer Scalars { uint scalars[]; };  // StepScalars of compute/ops/step.h
layout(push_constant) uniform Push { uint n; };

void main() {
    float sum = 0;
    for (uint i = gl_LocalInvocationID.x; i < n; i += gl_WorkGroupSize.x) sum += LOAD(sums, i).x;
    const uint bits = floatBitsToUint(rowSum(sum));
    // By its bits: a driver may take it that there are no infinities.
    if (gl_LocalInvocationID.x == 0 && (bits & 0x7f800000u) == 0x7f800000u) scalars[6] = 1;
}
