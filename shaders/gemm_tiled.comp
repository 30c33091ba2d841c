#version 460
// C = activation(op(A) op(B) [+ bias] [+ C]) on GPUs; how: tile_product.glsl.
//
// Layout: rows of aQuads, bQuads, cQuads vec4. MODE 0: A is rows x depth, B is depth x columns. MODE 1: A is depth x rows.
// MODE 2: B is columns x depth. A and B are read from vec4 aFirst and bFirst on. Workgroup z takes the depth from z * depthOfGroup
// on and writes its sums behind those of workgroup z - 1. Preconditions: padding columns of A and B are zero, depthOfGroup is a
// multiple of four.
#extension GL_GOOGLE_include_directive : require
#include "tile_product.glsl"
#include "epilogue.glsl"

layout(constant_id = 8) const uint MODE = 0;

READ_VECTORS(0, a)
READ_VECTORS(1, b)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, c)
layout(push_constant) uniform Push {
    uint rows, columns, depth, depthOfGroup;
    uint aQuads, bQuads, cQuads, aFirst, bFirst;
};

// Neighbouring invocations read neighbouring vec4 of a row.
void loadA(uint row0, uint k0, uint k1) {
    for (uint t = invocation(); t < BK / 4 * BM; t += LX * LY) {
        if (MODE == 1) {
            const uint quad = t % (BM / 4), k = t / (BM / 4);
            const bool exists = k0 + k < k1 && row0 + quad * 4 < rows;
            putAlongRows(quad * 4, k, exists ? LOAD(a, aFirst + (k0 + k) * aQuads + row0 / 4 + quad) : vec4(0));
        } else {
            const uint row = t / (BK / 4), k = t % (BK / 4) * 4;
            const bool exists = row0 + row < rows && k0 + k < k1;
            putAlongDepth(row, k, exists ? LOAD(a, aFirst + (row0 + row) * aQuads + (k0 + k) / 4) : vec4(0));
        }
    }
}

void loadB(uint q0, uint k0, uint k1) {
    for (uint t = invocation(); t < BK * BQ; t += LX * LY) {
        if (MODE == 2) {
            // Four columns by four values of the depth are read by four invocations, each from a row of its own.
            const uint k = t % (BK / 4) * 4, column = t / (BK / 4);
            const bool exists = q0 * 4 + column < columns && k0 + k < k1;
            const vec4 value = exists ? LOAD(b, bFirst + (q0 * 4 + column) * bQuads + (k0 + k) / 4) : vec4(0);
            [[unroll]] for (uint j = 0; j < 4; ++j) bTile[(k + j) * BQ + column / 4][column % 4] = value[j];
        } else {
            const uint q = t % BQ, k = t / BQ;
            const bool exists = k0 + k < k1 && q0 + q < bQuads;
            bTile[k * BQ + q] = exists ? LOAD(b, bFirst + (k0 + k) * bQuads + q0 + q) : vec4(0);
        }
    }
}

void main() {
    const uint row0 = gl_WorkGroupID.x * BM, q0 = gl_WorkGroupID.y * BQ;
    const uint k0 = gl_WorkGroupID.z * depthOfGroup, k1 = min(k0 + depthOfGroup, depth);
    clearProduct();
    for (uint k = k0; k < k1; k += BK) {
        loadA(row0, k, k1);
        loadB(q0, k, k1);
        barrier();
        multiplyTiles();
        barrier();
    }
    const uint q = q0 + gl_LocalInvocationID.x, first = gl_WorkGroupID.z * rows;
    if (q >= cQuads) return;
    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const uint row = row0 + tileRow(i), at = (first + row) * cQuads + q;
        if (row < rows) STORE(c, at, FINISHED(acc[i], q, at))
    }
}
