#version 460
// y[i][j] = (byte i * columns + j of pixels - mean[c]) / deviation[c], c = j mod CHANNELS; one invocation per vec4 of y
// from number `first` on. Byte number `skipped` of the pixels is the first that is bound, word number `lastWord` of those that
// are bound is the last. Padding columns are written as zero.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint CHANNELS = 3;
layout(constant_id = 2) const uint COLUMNS = 4;

READ_WORDS(0, pixels)
WRITE_VECTORS(1, y)
layout(push_constant) uniform Push { vec4 mean, inverseDeviation; uint n, first, skipped, lastWord; };

void main() {
    const uint i = flatIndex();
    if (i < n) {
        const uint quads = (COLUMNS + 3) / 4;
        const uint column = (first + i) % quads * 4;
        const uint byte_ = (first + i) / quads * COLUMNS + column - skipped;
        uvec4 value;
        if (COLUMNS % 4 == 0) {
            value = (uvec4(LOAD_WORD(pixels, byte_ / 4)) >> uvec4(0, 8, 16, 24)) & 255u;
        } else {
            const uint low = LOAD_WORD(pixels, byte_ / 4), high = LOAD_WORD(pixels, min(byte_ / 4 + 1, lastWord));
            for (uint k = 0; k < 4; ++k) {
                const uint at = byte_ % 4 + k;
                value[k] = ((at < 4 ? low : high) >> (at % 4 * 8)) & 255u;
            }
        }
        const uvec4 channel = (uvec4(0, 1, 2, 3) + column) % CHANNELS;
        const vec4 m = vec4(mean[channel.x], mean[channel.y], mean[channel.z], mean[channel.w]);
        const vec4 d = vec4(inverseDeviation[channel.x], inverseDeviation[channel.y], inverseDeviation[channel.z],
                            inverseDeviation[channel.w]);
        const bvec4 exists = lessThan(uvec4(0, 1, 2, 3) + column, uvec4(COLUMNS));
        STORE(y, i, mix(vec4(0), (vec4(value) - m) * d, exists))
    }
}
