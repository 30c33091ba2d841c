#version 460
// y = activation(sum over taps and channels of source x weights [+ bias] [+ y]) on lavapipe: a convolution (TRANSPOSED 0) or its
// gradient by the input (TRANSPOSED 1), as a matrix product of pixels and channels that is never written out.
// Which pixels and taps: gather.glsl; how: lane_product.glsl. Weights have `rowsPerTap` rows for each tap, of which row c is that of
// channel c of the source, or when TRANSPOSED of the result. Rows of channels are padded to vec4, and the padding is zero.
#extension GL_GOOGLE_include_directive : require
#include "lane_product.glsl"
#include "gather.glsl"
#include "epilogue.glsl"

layout(constant_id = 7) const uint TRANSPOSED = 0;

READ_VECTORS(0, source)
READ_VECTORS(1, weights)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, result)

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint pixel0 = gl_WorkGroupID.x * TM, q = gl_WorkGroupID.y * SG + lane;

    Pixel pixel[A_LOADS];
    [[unroll]] for (uint f = 0; f < A_LOADS; ++f) pixel[f] = pixelAt(min(pixel0 + f * SG + lane, pixels - 1), gridHeight, gridWidth);

    clearProduct();
    for (uint j = 0; j < tapsY; ++j) {
        for (uint i = 0; i < tapsX; ++i) {
            bool exists[A_LOADS];
            uint at[A_LOADS];
            [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
                exists[f] = sourceExists(pixel[f], j, i);
                at[f] = exists[f] ? sourceRow(pixel[f], j, i) * sourceQuads : 0;
            }
            const uint tapRow = weightTap(j, i) * rowsPerTap;
            for (uint c = first; c < end; ++c) {
                if (TRANSPOSED != 0) {
                    const uint row = (tapRow + min(q * 4, rowsPerTap - 4)) * weightQuads + c;
                    const vec4 b0 = LOAD(weights, row), b1 = LOAD(weights, row + weightQuads);
                    const vec4 b2 = LOAD(weights, row + 2 * weightQuads), b3 = LOAD(weights, row + 3 * weightQuads);
                    [[unroll]] for (uint k = 0; k < 4; ++k) bBlock[k] = vec4(b0[k], b1[k], b2[k], b3[k]);
                } else {
                    [[unroll]] for (uint k = 0; k < 4; ++k)
                        bBlock[k] = LOAD(weights, (tapRow + c * 4 + k) * weightQuads + q);
                }
                [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
                    const vec4 value = LOAD(source, at[f] + c);
                    aBlock[f] = exists[f] ? value : vec4(0);
                }
                multiplyBlock();
            }
        }
    }

    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const uint at = subgroupShuffle(pixel[i / SG].row, i % SG) * resultQuads + q;
        const vec4 value = FINISHED(acc[i], q, at);
        if (pixel0 + i < pixels && q < resultQuads) STORE(result, at, value)
    }
}
