// What ends a matrix product or a convolution: + bias [+ what was there], then the activation. Padding columns become zero.
// The shader has bindings named `bias` and `oldC` (read with LOAD) and a push constant `columns`.
#include "activation.glsl"

layout(constant_id = 3) const uint WITH_BIAS = 0;
layout(constant_id = 4) const uint ACCUMULATE = 0;
layout(constant_id = 5) const uint ACTIVATION = 0;
layout(constant_id = 6) const float ALPHA = 0;

vec4 activateColumns(vec4 value, uint quad, uint columns) {
    return mix(vec4(0), activate(ACTIVATION, ALPHA, value), lessThan(uvec4(0, 1, 2, 3) + quad * 4, uvec4(columns)));
}

#define FINISHED(value, quad, at)                                                    \
    activateColumns((value) + (WITH_BIAS != 0 ? LOAD(bias, quad) : vec4(0)) +        \
                        (ACCUMULATE != 0 ? LOAD(oldC, at) : vec4(0)),                \
                    quad, columns)
