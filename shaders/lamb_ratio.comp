#version 460
// ratio = |w| / |u|, or 1 where either is 0, from n partial sums of squares of each; one workgroup.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "rows.glsl"

READ_VECTORS(0, weightSums)
READ_VECTORS(1, updateSums)
WRITE_VECTORS(2, ratio)
layout(push_constant) uniform Push { uint n; };

void main() {
    float weights = 0, updates = 0;
    for (uint i = gl_LocalInvocationID.x; i < n; i += gl_WorkGroupSize.x) {
        weights += LOAD(weightSums, i).x;
        updates += LOAD(updateSums, i).x;
    }
    weights = sqrt(rowSum(weights));
    updates = sqrt(rowSum(updates));
    if (gl_LocalInvocationID.x == 0)
        STORE(ratio, 0, vec4(weights > 0.0 && updates > 0.0 ? weights / updates : 1.0))
}
