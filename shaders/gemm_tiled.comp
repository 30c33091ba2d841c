#version 460
// C = activation(scale op(A) op(B) [+ bias] [+ C]) for a batch of matrices on GPUs; how: tile_product.glsl.
//
// Layout: rows of aQuads, bQuads, cQuads vec4. MODE 0: A is rows x depth, B is depth x columns. MODE 1: A is depth x rows.
// MODE 2: B is columns x depth. Which matrices and which part of the depth: batch.glsl.
#extension GL_GOOGLE_include_directive : require
layout(constant_id = 8) const uint MODE = 0;
#define A_ALONG_ROWS (MODE == 1)
#define B_ALONG_DEPTH (MODE == 2)
#include "tile_product.glsl"
#include "batch.glsl"
#include "epilogue.glsl"

layout(constant_id = 9) const uint OTHERS = 0;  // the last vec4 of a row of C may hold columns that must stay

READ_VECTORS(0, a)
READ_VECTORS(1, b)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, c)

// A vec4 along the depth, without what lies behind the depth: padding, which is zero, or another matrix.
vec4 alongDepth(vec4 value, uint k) {
    return mix(vec4(0), value, lessThan(k + uvec4(0, 1, 2, 3), uvec4(depth)));
}

// Neighbouring invocations read neighbouring vec4 of a row.
void loadA(uint first, uint row0, uint k0, uint k1) {
    for (uint t = invocation(); t < BK / 4 * BM; t += LX * LY) {
        if (MODE == 1) {
            const uint quad = t % (BM / 4), k = t / (BM / 4);
            const bool exists = k0 + k < k1 && row0 + quad * 4 < rows;
            putAAlongRows(quad * 4, k, exists ? LOAD(a, first + (k0 + k) * aQuads + row0 / 4 + quad) : vec4(0));
        } else {
            const uint row = t / (BK / 4), k = t % (BK / 4) * 4;
            const bool exists = row0 + row < rows && k0 + k < k1;
            putAAlongDepth(row, k, exists ? alongDepth(LOAD(a, first + (row0 + row) * aQuads + (k0 + k) / 4), k0 + k) : vec4(0));
        }
    }
}

void loadB(uint first, uint q0, uint k0, uint k1) {
    for (uint t = invocation(); t < BK * BQ; t += LX * LY) {
        if (MODE == 2) {
            // Four columns by four values of the depth are read by four invocations, each from a row of its own.
            const uint k = t % (BK / 4) * 4, column = t / (BK / 4);
            const bool exists = q0 * 4 + column < columns && k0 + k < k1;
            const vec4 value = exists ? LOAD(b, first + (q0 * 4 + column) * bQuads + (k0 + k) / 4) : vec4(0);
            putBAlongDepth(k, column, value);
        } else {
            const uint q = t % BQ, k = t / BQ;
            const bool exists = k0 + k < k1 && (q0 + q) * 4 < columns;
            putB(k, q, exists ? LOAD(b, first + (k0 + k) * bQuads + q0 + q) : vec4(0));
        }
    }
}

void main() {
    const uint row0 = gl_WorkGroupID.x * BM, q0 = gl_WorkGroupID.y * BQ;
    const Part part = partOf(gl_WorkGroupID.z);
    clearProduct();
    for (uint k = part.k0; k < part.k1; k += BK) {
        loadA(part.a, row0, k, part.k1);
        loadB(part.b, q0, k, part.k1);
        barrier();
        multiplyTiles();
        barrier();
    }
    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const vec4 product = productOf(i);
        const uint row = row0 + tileRow(i), q = q0 + tileQuad(i), at = part.c + row * cQuads + q;
        if (row >= rows || q * 4 >= columns) continue;
        vec4 value = FINISHED(scale * product, q, at);
        if (OTHERS != 0) value = mix(value, LOAD(oldC, at), othersOf(at, q));
        STORE(c, at, value)
    }
}
