#version 460
// sums[group] = (sum of x^2 over the group's share of n vec4, 0, 0, 0). Shares and order are fixed, so the result is, too.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, sums)
layout(push_constant) uniform Push { uint n; };

void main() {
    const uint group = gl_WorkGroupID.x, stride = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    vec4 squares = vec4(0);
    for (uint i = group * gl_WorkGroupSize.x + gl_LocalInvocationID.x; i < n; i += stride) {
        const vec4 value = LOAD(x, i);
        squares += value * value;
    }
    const float sum = rowSum(sumOf(squares));
    if (gl_LocalInvocationID.x == 0) STORE(sums, group, vec4(sum, 0, 0, 0))
}
