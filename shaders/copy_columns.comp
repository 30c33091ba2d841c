#version 460
// y[i][to + j] = x[i][from + j] [+ y[i][to + j]], j < count, over `rows` rows; one invocation per vec4 of y that has such
// columns. Of y's other columns, those that exist stay and padding becomes zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint SHIFT = 0;  // (from - to) mod 4: where a vec4 of y begins in a vec4 of x
layout(constant_id = 2) const uint WHOLE = 0;  // every vec4 is written whole
layout(constant_id = 3) const uint ACCUMULATE = 0;
layout(constant_id = 4) const uint WIDTH = 1;  // vec4 of a row of y with columns to write

READ_VECTORS(0, x)
READ_VECTORS(1, oldY)
WRITE_VECTORS(2, y)
layout(push_constant) uniform Push {
    uint rows;
    int from, to, count;
    int xQuads, yQuads, yColumns, xSkipped, ySkipped;
};

vec4 loadX(int row, int quad) {
    return LOAD(x, row * xQuads + clamp(quad, 0, xQuads - 1) + xSkipped);
}

void main() {
    const uint i = flatIndex();
    if (i < rows * WIDTH) {
        const int row = int(i / WIDTH), quad = to / 4 + int(i % WIDTH);
        const int quadOfX = (quad * 4 - to + from) >> 2;  // rounds down, below zero as well
        vec4 value = loadX(row, quadOfX);
        if (SHIFT != 0) {
            const vec4 next = loadX(row, quadOfX + 1);
            value = SHIFT == 1   ? vec4(value.yzw, next.x)
                    : SHIFT == 2 ? vec4(value.zw, next.xy)
                                 : vec4(value.w, next.xyz);
        }
        const int at = row * yQuads + quad + ySkipped;
        if (WHOLE == 0) {
            const ivec4 column = ivec4(0, 1, 2, 3) + quad * 4;
            const bvec4 copied = equal(lessThan(column, ivec4(to)), greaterThanEqual(column, ivec4(to + count)));
            const vec4 old = mix(vec4(0), LOAD(oldY, at), lessThan(column, ivec4(yColumns)));
            value = mix(old, ACCUMULATE != 0 ? value + old : value, copied);
        } else if (ACCUMULATE != 0) {
            value += LOAD(oldY, at);
        }
        STORE(y, at, value)
    }
}
