#version 460
// y = activation(sum over taps and channels of source x weights [+ bias] [+ y]) on GPUs: a convolution (TRANSPOSED 0) or its gradient
// by the input (TRANSPOSED 1), as a matrix product of pixels and channels that is never written out.
// Which pixels and taps: gather.glsl; how: tile_product.glsl. Weights have `rowsPerTap` rows for each tap, of which row c is that of
// channel c of the source, or when TRANSPOSED of the result. Rows of channels are padded to vec4, and the padding is zero.
// The depth is counted in vec4 of channels, tap by tap. Precondition: SOURCE_QUADS and TAPS_X are the push constants of these names,
// here so that divisions by them fold.
#extension GL_GOOGLE_include_directive : require
layout(constant_id = 8) const uint TRANSPOSED = 0;
#define A_ALONG_ROWS false
#define B_ALONG_DEPTH (TRANSPOSED != 0)
#include "tile_product.glsl"
#include "gather.glsl"
#include "epilogue.glsl"

layout(constant_id = 9) const uint SOURCE_QUADS = 1;
layout(constant_id = 10) const uint TAPS_X = 1;

READ_VECTORS(0, source)
READ_VECTORS(1, weights)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, result)

const uint PIXELS_PER_INVOCATION = BM * BK / 4 / (LX * LY);

void main() {
    const uint pixel0 = gl_WorkGroupID.x * BM, q0 = gl_WorkGroupID.y * BQ, t = invocation();

    // An invocation loads the same pixels and the same part of each stretch of the depth in every round.
    const uint kq = t % (BK / 4);
    Pixel pixel[PIXELS_PER_INVOCATION];
    [[unroll]] for (uint f = 0; f < PIXELS_PER_INVOCATION; ++f)
        pixel[f] = pixelAt(min(pixel0 + (f * LX * LY + t) / (BK / 4), pixels - 1), gridHeight, gridWidth);

    clearProduct();
    for (uint quad0 = first; quad0 < end; quad0 += BK / 4) {
        {  // of A
            const uint quad = quad0 + kq, tap = quad / SOURCE_QUADS, c = quad % SOURCE_QUADS;
            const uint j = tap / TAPS_X, i = tap % TAPS_X;
            [[unroll]] for (uint f = 0; f < PIXELS_PER_INVOCATION; ++f) {
                const bool exists = quad < end && sourceExists(pixel[f], j, i);
                putAAlongDepth((f * LX * LY + t) / (BK / 4), kq * 4,
                              exists ? LOAD(source, sourceRow(pixel[f], j, i) * SOURCE_QUADS + c) : vec4(0));
            }
        }
        for (uint b = t; b < BK * BQ; b += LX * LY) {
            const uint k = TRANSPOSED != 0 ? b % (BK / 4) * 4 : b / BQ;
            const uint column = TRANSPOSED != 0 ? b / (BK / 4) : b % BQ * 4;
            const uint quad = quad0 + k / 4, tap = quad / SOURCE_QUADS, c = quad % SOURCE_QUADS;
            const uint tapRow = weightTap(tap / TAPS_X, tap % TAPS_X) * rowsPerTap;
            const bool exists = quad < end && q0 * 4 + column < resultQuads * 4;
            if (TRANSPOSED != 0) {
                // Four columns by four values of the depth are read by four invocations, each from a row of its own.
                const vec4 value = exists ? LOAD(weights, (tapRow + q0 * 4 + column) * weightQuads + c) : vec4(0);
                putBAlongDepth(k, column, value);
            } else {
                putB(k, column / 4, exists ? LOAD(weights, (tapRow + c * 4 + k % 4) * weightQuads + q0 + column / 4) : vec4(0));
            }
        }
        barrier();
        multiplyTiles();
        barrier();
    }

    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const vec4 product = productOf(i);
        const uint index = pixel0 + tileRow(i), q = q0 + tileQuad(i);
        if (index >= pixels || q >= resultQuads) continue;
        const uint at = pixelAt(index, gridHeight, gridWidth).row * resultQuads + q;
        STORE(result, at, FINISHED(product, q, at))
    }
}
