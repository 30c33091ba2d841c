#version 460
// C = activation(scale op(A) op(B) [+ bias] [+ C]) for a batch of matrices on lavapipe; how: lane_product.glsl.
//
// Layout: rows of aQuads, bQuads, cQuads vec4. MODE 0: A is rows x depth, B is depth x columns. MODE 1: A is depth x rows.
// MODE 2: B is columns x depth. Which matrices and which part of the depth: batch.glsl.
#extension GL_GOOGLE_include_directive : require
#include "lane_product.glsl"
#include "batch.glsl"
#include "epilogue.glsl"

layout(constant_id = 7) const uint MODE = 0;
layout(constant_id = 8) const uint WHOLE_BLOCKS = 0;  // the depth is a multiple of four
layout(constant_id = 9) const uint OTHERS = 0;        // the last vec4 of a row of C may hold columns that must stay

READ_VECTORS(0, a)
READ_VECTORS(1, b)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, c)

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint row0 = gl_WorkGroupID.x * TM, q = gl_WorkGroupID.y * SG + lane;
    const Part part = partOf(gl_WorkGroupID.z);

    uint aAt[A_LOADS], aDepth[A_LOADS];
    [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
        const uint t = f * SG + lane;
        aDepth[f] = t / (TM / 4);
        aAt[f] = part.a + (MODE == 1 ? aDepth[f] * aQuads + row0 / 4 + t % (TM / 4) : min(row0 + t % TM, rows - 1) * aQuads);
    }
    uint bAt[4];
    [[unroll]] for (uint j = 0; j < 4; ++j) bAt[j] = part.b + (MODE == 2 ? min(q * 4 + j, columns - 1) * bQuads : j * bQuads + q);

    clearProduct();
    for (uint k = part.k0; k < part.k1; k += 4) {
        if (MODE == 2) {
            const vec4 b0 = LOAD(b, bAt[0] + k / 4), b1 = LOAD(b, bAt[1] + k / 4);
            const vec4 b2 = LOAD(b, bAt[2] + k / 4), b3 = LOAD(b, bAt[3] + k / 4);
            [[unroll]] for (uint j = 0; j < 4; ++j) bBlock[j] = vec4(b0[j], b1[j], b2[j], b3[j]);
        } else {
            [[unroll]] for (uint j = 0; j < 4; ++j) {
                bBlock[j] = LOAD(b, bAt[j] + k * bQuads);
                if (WHOLE_BLOCKS == 0) bBlock[j] = k + j < depth ? bBlock[j] : vec4(0);
            }
        }
        [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
            aBlock[f] = LOAD(a, aAt[f] + (MODE == 1 ? k * aQuads : k / 4));
            // Behind the depth there is padding, which is zero, or another matrix.
            if (WHOLE_BLOCKS == 0)
                aBlock[f] = mix(vec4(0), aBlock[f], lessThan(MODE == 1 ? uvec4(k + aDepth[f]) : k + uvec4(0, 1, 2, 3), uvec4(depth)));
        }
        multiplyBlock();
    }

    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const uint at = part.c + (row0 + i) * cQuads + q;
        vec4 value = FINISHED(scale * acc[i], q, at);
        if (OTHERS != 0) value = mix(value, LOAD(oldC, at), othersOf(at, q));
        if (row0 + i < rows && q * 4 < columns) STORE(c, at, value)
    }
}
