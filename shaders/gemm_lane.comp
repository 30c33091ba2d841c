#version 460
// C = activation(op(A) op(B) [+ bias] [+ C]) on lavapipe; how: lane_product.glsl.
//
// Layout: rows of aQuads, bQuads, cQuads vec4. MODE 0: A is rows x depth, B is depth x columns. MODE 1: A is depth x rows.
// MODE 2: B is columns x depth. A and B are read from vec4 aFirst and bFirst on. Workgroup z takes the depth from z * depthOfGroup
// on and writes its sums behind those of workgroup z - 1. Preconditions: padding columns of A and B are zero, depthOfGroup is a
// multiple of four.
#extension GL_GOOGLE_include_directive : require
#include "lane_product.glsl"
#include "epilogue.glsl"

layout(constant_id = 7) const uint MODE = 0;
layout(constant_id = 8) const uint WHOLE_BLOCKS = 0;  // the depth is a multiple of four

READ_VECTORS(0, a)
READ_VECTORS(1, b)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, c)
layout(push_constant) uniform Push {
    uint rows, columns, depth, depthOfGroup;
    uint aQuads, bQuads, cQuads, aFirst, bFirst;
};

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint row0 = gl_WorkGroupID.x * TM, q = gl_WorkGroupID.y * SG + lane;
    const uint k0 = gl_WorkGroupID.z * depthOfGroup, k1 = min(k0 + depthOfGroup, depth);

    uint aAt[A_LOADS], aDepth[A_LOADS];
    [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
        const uint t = f * SG + lane;
        aDepth[f] = t / (TM / 4);
        aAt[f] = aFirst + (MODE == 1 ? aDepth[f] * aQuads + row0 / 4 + t % (TM / 4) : min(row0 + t % TM, rows - 1) * aQuads);
    }
    uint bAt[4];
    [[unroll]] for (uint j = 0; j < 4; ++j) bAt[j] = bFirst + (MODE == 2 ? min(q * 4 + j, columns - 1) * bQuads : j * bQuads + q);

    clearProduct();
    for (uint k = k0; k < k1; k += 4) {
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
            if (MODE == 1 && WHOLE_BLOCKS == 0) aBlock[f] = k + aDepth[f] < depth ? aBlock[f] : vec4(0);
        }
        multiplyBlock();
    }

    const uint first = gl_WorkGroupID.z * rows;
    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const uint at = (first + row0 + i) * cQuads + q;
        const vec4 value = FINISHED(acc[i], q, at);
        if (row0 + i < rows && q < cQuads) STORE(c, at, value)
    }
}
