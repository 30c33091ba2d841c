#version 460
// y = activation(sum over taps and channels of source x weights [+ bias] [+ y]) with groups of channels: a convolution (TRANSPOSED 0)
// or its gradient by the input (TRANSPOSED 1). One invocation per pixel and vec4 of result channels, which may belong to different
// groups. Which pixels and taps: gather.glsl; [first, end) is a stretch of the source channels of a group.
// DEPTHWISE: every channel is a group, so that vec4 meet vec4.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "vectors.glsl"
#include "flat.glsl"
#include "gather.glsl"
#include "epilogue.glsl"

layout(constant_id = 7) const uint TRANSPOSED = 0;
layout(constant_id = 8) const uint DEPTHWISE = 0;
layout(constant_id = 9) const uint SOURCE_CHANNELS = 1;  // of a group
layout(constant_id = 10) const uint RESULT_CHANNELS = 1;

READ_VECTORS(0, source)
READ_VECTORS(1, weights)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, result)

float weightOf(uint tap, uint sourceChannel, uint channel) {
    const uint column = TRANSPOSED != 0 ? sourceChannel : channel;
    const uint row = tap * rowsPerTap + (TRANSPOSED != 0 ? channel % RESULT_CHANNELS : sourceChannel % SOURCE_CHANNELS);
    return LOAD(weights, row * weightQuads + column / 4)[column % 4];
}

vec4 productOf(uint row, uint tap, uint q) {
    if (DEPTHWISE != 0) return LOAD(source, row * sourceQuads + q) * LOAD(weights, tap * weightQuads + q);
    vec4 sum = vec4(0);
    for (uint c = first; c < end; ++c) {
        [[unroll]] for (uint n = 0; n < 4; ++n) {
            const uint channel = min(q * 4 + n, columns - 1);
            const uint sourceChannel = channel / RESULT_CHANNELS * SOURCE_CHANNELS + c;
            sum[n] += LOAD(source, row * sourceQuads + sourceChannel / 4)[sourceChannel % 4] * weightOf(tap, sourceChannel, channel);
        }
    }
    return sum;
}

void main() {
    const uint index = flatIndex(), q = index % resultQuads;
    if (index / resultQuads >= pixels) return;
    const Pixel pixel = pixelAt(index / resultQuads, gridHeight, gridWidth);
    vec4 sum = vec4(0);
    for (uint j = 0; j < tapsY; ++j) {
        for (uint i = 0; i < tapsX; ++i) {
            if (sourceExists(pixel, j, i)) sum += productOf(sourceRow(pixel, j, i), weightTap(j, i), q);
        }
    }
    const uint at = pixel.row * resultQuads + q;
    const vec4 value = FINISHED(sum, q, at);
    STORE(result, at, value)
}
