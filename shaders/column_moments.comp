#version 460
// Mean and sum of squared deviations of every column over a part of the rows: invocation i takes the vec4 i, i + chunks quads,
// ..., which all lie in column i mod quads, so that neighbours read neighbours. Sums are of differences to the first value,
// for the squares of large numbers would swallow a small deviation.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, partials)  // means, then from `second` on the sums of squares
layout(push_constant) uniform Push { uint rows, quads, chunks, first, second; };

void main() {
    const uint i = flatIndex(), step = chunks * quads;
    if (i >= step) return;
    const uint end = rows * quads;
    const vec4 shift = i < end ? LOAD(x, i) : vec4(0);
    vec4 sum = vec4(0), squares = vec4(0);
    float count = 0;
    for (uint at = i; at < end; at += step) {
        const vec4 d = LOAD(x, at) - shift;
        sum += d;
        squares += d * d;
        ++count;
    }
    const vec4 offset = sum / max(count, 1.0);
    STORE(partials, first + i, shift + offset)
    STORE(partials, second + first + i, max(squares - sum * offset, vec4(0)))
}
