#version 460
// dW[tap][c][o] = sum over pixels of x[pixel seen by tap][c] x dY[pixel][o] [+ dW] on lavapipe, as a matrix product of channels and
// pixels that is never written out. Which pixels: lines.glsl; how: lane_product.glsl. A block of the depth is four pixels of a line.
// Rows of dW: `rowsPerTap`, a multiple of four, for each tap.
#extension GL_GOOGLE_include_directive : require
#include "lane_product.glsl"
#include "lines.glsl"
#include "epilogue.glsl"

layout(constant_id = 7) const uint WHOLE_BLOCKS = 0;  // the lines of dY are a multiple of four long

READ_VECTORS(0, source)
READ_VECTORS(1, dY)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, dW)

void main() {
    const uint lane = gl_LocalInvocationID.x, part = gl_WorkGroupID.z;
    const uint row0 = gl_WorkGroupID.x * TM, q = gl_WorkGroupID.y * SG + lane;

    // Of the four channels of a tap that a lane loads, for one of the four pixels: where they are for pixel (0, 0).
    int y0[A_LOADS], x0[A_LOADS];
    uint channels[A_LOADS];
    [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
        const uint t = f * SG + lane, quad = min(row0 / 4 + t % (TM / 4), rows / 4 - 1);
        const uint tap = quad / (rowsPerTap / 4);
        channels[f] = quad % (rowsPerTap / 4);
        y0[f] = originY + int(tap / tapsX) * tapY;
        x0[f] = originX + int(tap % tapsX) * tapX + int(t / (TM / 4)) * strideX;
    }

    const uint firstLine = part * linesOfPart, endLine = min(firstLine + linesOfPart, lines);
    uint picture = firstLine / dYHeight, y = firstLine % dYHeight;
    clearProduct();
    for (uint line = firstLine; line < endLine; ++line) {
        bool lineExists[A_LOADS];
        uint lineAt[A_LOADS];
        [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
            const int sourceY = int(y) * strideY + y0[f];
            lineExists[f] = sourceY >= 0 && sourceY < int(sourceHeight);
            lineAt[f] = lineExists[f] ? (picture * sourceHeight + uint(sourceY)) * sourceWidth : 0;
        }
        for (uint x = 0; x < dYWidth; x += 4) {
            [[unroll]] for (uint k = 0; k < 4; ++k) {
                bBlock[k] = LOAD(dY, (line * dYWidth + x + k) * dYQuads + q);
                if (WHOLE_BLOCKS == 0) bBlock[k] = x + k < dYWidth ? bBlock[k] : vec4(0);
            }
            [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
                const int sourceX = int(x) * strideX + x0[f];
                const bool exists = lineExists[f] && sourceX >= 0 && sourceX < int(sourceWidth);
                const vec4 value = LOAD(source, exists ? (lineAt[f] + uint(sourceX)) * sourceQuads + channels[f] : 0);
                aBlock[f] = exists ? value : vec4(0);
            }
            multiplyBlock();
        }
        ++y;
        picture += y == dYHeight ? 1 : 0;
        y = y == dYHeight ? 0 : y;
    }

    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const uint at = (part * rows + row0 + i) * weightQuads + q;
        const vec4 value = FINISHED(acc[i], q, at);
        if (row0 + i < rows && q < weightQuads) STORE(dW, at, value)
    }
}
