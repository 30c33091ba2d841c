#version 460
// factor = min(1, limit / sqrt(sum of n partial sums of squares)), one workgroup.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, sums)
WRITE_VECTORS(1, factor)
layout(push_constant) uniform Push { uint n; float limit; };

void main() {
    float sum = 0;
    for (uint i = gl_LocalInvocationID.x; i < n; i += gl_WorkGroupSize.x) sum += LOAD(sums, i).x;
    const float norm = sqrt(rowSum(sum));
    if (gl_LocalInvocationID.x == 0) STORE(factor, 0, vec4(norm <= limit ? 1.0 : limit / norm))
}
