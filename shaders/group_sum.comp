#version 460
// Sums over rows of a [times b], one invocation per vec4 of columns and `interleave`-th row of a block of rows. Groups of
// `groupRows` rows are cut into `groupBlocks` blocks of `blockRows`; the rows of a block go in turn to its `interleave` sums, so
// that neighbouring invocations read neighbouring memory. This call does `blocks` blocks from `firstBlock` on; row `firstRow`
// is vec4 number `skipped` of what is bound. The order of the additions is always the same.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint PRODUCTS = 0;
layout(constant_id = 2) const uint ACCUMULATE = 0;

READ_VECTORS(0, a)
READ_VECTORS(1, b)
READ_VECTORS(2, oldSums)
WRITE_VECTORS(3, sums)
layout(push_constant) uniform Push {
    uint quads, interleave, groupRows, groupBlocks, blockRows, firstBlock, blocks, firstRow, skipped;
    float scale;
};

vec4 term(uint at) {
    return PRODUCTS != 0 ? LOAD(a, at) * LOAD(b, at) : LOAD(a, at);
}

void main() {
    const uint i = flatIndex();
    const uint quad = i % quads, part = i / quads % interleave, block = firstBlock + i / (quads * interleave);
    if (i < blocks * interleave * quads) {
        const uint first = block % groupBlocks * blockRows + part;  // in its group
        const uint end = min(groupRows, block % groupBlocks * blockRows + blockRows);
        const uint count = first < end ? (end - first + interleave - 1) / interleave : 0;
        const uint step_ = interleave * quads;
        uint at = (block / groupBlocks * groupRows + first - firstRow) * quads + quad + skipped;
        vec4 sum = vec4(0);
        for (uint k = 0; k < count / 4; ++k, at += 4 * step_)
            sum += (term(at) + term(at + step_)) + (term(at + 2 * step_) + term(at + 3 * step_));
        for (uint k = 0; k < count % 4; ++k, at += step_) sum += term(at);
        sum *= scale;
        const uint to = (block * interleave + part) * quads + quad;
        if (ACCUMULATE != 0) sum += LOAD(oldSums, to);
        STORE(sums, to, sum)
    }
}
