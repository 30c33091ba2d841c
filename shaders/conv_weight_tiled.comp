#version 460
// dW[tap][c][o] = sum over pixels of x[pixel seen by tap][c] x dY[pixel][o] [+ dW] on GPUs, as a matrix product of channels and pixels
// that is never written out. Which pixels: lines.glsl; how: tile_product.glsl. Rows of dW: `rowsPerTap`, a multiple of four, for each
// tap. Precondition: DY_HEIGHT and DY_WIDTH are the push constants of these names, here so that divisions by them fold.
#extension GL_GOOGLE_include_directive : require
#define A_ALONG_ROWS true
#define B_ALONG_DEPTH false
#include "tile_product.glsl"
#include "lines.glsl"
#include "epilogue.glsl"

layout(constant_id = 8) const uint DY_HEIGHT = 1;
layout(constant_id = 9) const uint DY_WIDTH = 1;

READ_VECTORS(0, source)
READ_VECTORS(1, dY)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, dW)

void main() {
    const uint row0 = gl_WorkGroupID.x * BM, q0 = gl_WorkGroupID.y * BQ, part = gl_WorkGroupID.z, t = invocation();

    // An invocation loads the same four channels of a tap in every round, for other pixels.
    const uint quad = row0 / 4 + t % (BM / 4), tap = quad / (rowsPerTap / 4), channels = quad % (rowsPerTap / 4);
    const int y0 = originY + int(tap / tapsX) * tapY, x0 = originX + int(tap % tapsX) * tapX;

    const uint firstPixel = part * linesOfPart * DY_WIDTH, endPixel = min((part + 1) * linesOfPart, lines) * DY_WIDTH;
    clearProduct();
    for (uint pixel0 = firstPixel; pixel0 < endPixel; pixel0 += BK) {
        [[unroll]] for (uint k = t / (BM / 4); k < BK; k += LX * LY / (BM / 4)) {
            const uint pixel = pixel0 + k, line = pixel / DY_WIDTH;
            const int y = int(line % DY_HEIGHT) * strideY + y0, x = int(pixel % DY_WIDTH) * strideX + x0;
            const bool exists = pixel < endPixel && quad * 4 < rows && y >= 0 && y < int(sourceHeight) && x >= 0 && x < int(sourceWidth);
            const uint at = ((line / DY_HEIGHT * sourceHeight + uint(y)) * sourceWidth + uint(x)) * sourceQuads + channels;
            putAAlongRows(t % (BM / 4) * 4, k, exists ? LOAD(source, at) : vec4(0));
        }
        [[unroll]] for (uint b = t; b < BK * BQ; b += LX * LY) {
            const uint pixel = pixel0 + b / BQ, q = q0 + b % BQ;
            putB(b / BQ, b % BQ, pixel < endPixel && q < dYQuads ? LOAD(dY, pixel * dYQuads + q) : vec4(0));
        }
        barrier();
        multiplyTiles();
        barrier();
    }

    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const vec4 product = productOf(i);
        const uint row = row0 + tileRow(i), q = q0 + tileQuad(i), at = (part * rows + row) * weightQuads + q;
        if (row < rows && q < weightQuads) STORE(dW, at, FINISHED(product, q, at))
    }
}
