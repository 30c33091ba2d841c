// One invocation per vec4 of a flat array; the grid may be folded into two dimensions.
layout(local_size_x_id = 0) in;

uint flatIndex() {
    return (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
}
