// The activation of elementwise kernels.
#include "activation.glsl"

layout(constant_id = 1) const uint ACTIVATION = 0;
layout(constant_id = 2) const float ALPHA = 0;
layout(constant_id = 3) const uint MASKED = 0;  // the padding has to be put back to zero

// `at` is the number of the vec4 in a matrix with rows of `quads`.
vec4 activateFlat(vec4 value, uint at, uint quads, uint columns) {
    const vec4 result = activate(ACTIVATION, ALPHA, value);
    if (MASKED == 0) return result;
    return mix(vec4(0), result, lessThan(uvec4(0, 1, 2, 3) + at % quads * 4, uvec4(columns)));
}
