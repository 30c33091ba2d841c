#version 460
// dW[tap][c][o] = sum over pixels of x[pixel seen by tap][channel c of the group of o] x dY[pixel][o] [+ dW] with groups of channels.
// One invocation per part of the lines, row of dW and vec4 of o, which may belong to different groups. Which pixels: lines.glsl.
// DEPTHWISE: every channel is a group, so that vec4 meet vec4.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "vectors.glsl"
#include "flat.glsl"
#include "lines.glsl"
#include "epilogue.glsl"

layout(constant_id = 7) const uint DEPTHWISE = 0;
layout(constant_id = 8) const uint SOURCE_CHANNELS = 1;  // of a group
layout(constant_id = 9) const uint RESULT_CHANNELS = 1;

READ_VECTORS(0, source)
READ_VECTORS(1, dY)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, dW)

vec4 sourceOf(uint pixel, uint c, uint q) {
    if (DEPTHWISE != 0) return LOAD(source, pixel * sourceQuads + q);
    vec4 value;
    [[unroll]] for (uint n = 0; n < 4; ++n) {
        const uint channel = min(q * 4 + n, columns - 1) / RESULT_CHANNELS * SOURCE_CHANNELS + c;
        value[n] = LOAD(source, pixel * sourceQuads + channel / 4)[channel % 4];
    }
    return value;
}

void main() {
    const uint index = flatIndex(), q = index % weightQuads, row = index / weightQuads % rows, part = index / weightQuads / rows;
    if (part * linesOfPart >= lines) return;
    const uint tap = row / rowsPerTap, c = row % rowsPerTap;
    const int y0 = originY + int(tap / tapsX) * tapY, x0 = originX + int(tap % tapsX) * tapX;

    vec4 sum = vec4(0);
    const uint endLine = min((part + 1) * linesOfPart, lines);
    for (uint line = part * linesOfPart; line < endLine; ++line) {
        const int y = int(line % dYHeight) * strideY + y0;
        const uint first = (line / dYHeight * sourceHeight + uint(y)) * sourceWidth;
        for (uint pixel = 0; pixel < dYWidth; ++pixel) {
            const int x = int(pixel) * strideX + x0;
            if (y >= 0 && y < int(sourceHeight) && x >= 0 && x < int(sourceWidth))
                sum += sourceOf(first + uint(x), c, q) * LOAD(dY, (line * dYWidth + pixel) * dYQuads + q);
        }
    }
    const vec4 value = FINISHED(sum, q, index);
    STORE(dW, index, value)
}
