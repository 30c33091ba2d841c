#version 460
// C = op(A) op(B) [+ bias] [+ C] for GPUs: tiles of A and B in shared memory, a block of TM x 4 results per invocation.
//
// Layout: rows of 4 * lda4, 4 * ldb4, 4 * ldc4 floats. MODE 0: A is M x K, B is K x N. MODE 1: A is K x M. MODE 2: B is N x K.
// Preconditions: workgroup of LX x LY invocations; padding columns of A and B are zero.
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x_id = 0, local_size_y_id = 12) in;
layout(constant_id = 0) const uint LX = 16;
layout(constant_id = 12) const uint LY = 16;
layout(constant_id = 1) const uint TM = 4;   // rows per invocation
layout(constant_id = 2) const uint BK = 16;  // depth of a tile
layout(constant_id = 3) const uint MODE = 0;
layout(constant_id = 4) const uint WITH_BIAS = 0;
layout(constant_id = 5) const uint ACCUMULATE = 0;
layout(constant_id = 6) const uint M = 1;
layout(constant_id = 7) const uint N = 1;
layout(constant_id = 8) const uint K = 1;
layout(constant_id = 9) const uint lda4 = 1;
layout(constant_id = 10) const uint ldb4 = 1;
layout(constant_id = 11) const uint ldc4 = 1;

const uint BM = LY * TM;
const uint BN = LX * 4;

layout(set = 0, binding = 0) readonly buffer A { float a[]; };
layout(set = 0, binding = 1) readonly buffer B { float b[]; };
layout(set = 0, binding = 2) readonly buffer Bias { vec4 bias[]; };
layout(set = 0, binding = 3) readonly buffer OldC { vec4 oldC[]; };
layout(set = 0, binding = 4) writeonly buffer C { vec4 c[]; };
layout(push_constant) uniform Push { uint firstRow, rows, k0, k1; };  // c and oldC begin at firstRow and have `rows` rows

shared float aTile[BK * (BM + 1)];  // [k][m]; one column more, so that a column's elements fall into different banks
shared float bTile[BK * BN];        // [k][n]

void loadA(uint k, uint m0, uint t) {
    for (uint i = t; i < BK * BM; i += LX * LY) {
        // Neighbouring invocations read neighbouring addresses: along m when A is stored K x M, else along k.
        const uint mm = MODE == 1 ? i % BM : i / BK, kk = MODE == 1 ? i / BM : i % BK;
        const uint m = m0 + mm, depth = k + kk;
        const uint at = MODE == 1 ? depth * lda4 * 4 + m : m * lda4 * 4 + depth;
        aTile[kk * (BM + 1) + mm] = m < M && depth < k1 ? a[at] : 0.0;
    }
}

void loadB(uint k, uint n0, uint t) {
    for (uint i = t; i < BK * BN; i += LX * LY) {
        const uint nn = MODE == 2 ? i / BK : i % BN, kk = MODE == 2 ? i % BK : i / BN;
        const uint n = n0 + nn, depth = k + kk;
        const uint at = MODE == 2 ? n * ldb4 * 4 + depth : depth * ldb4 * 4 + n;
        bTile[kk * BN + nn] = n < N && depth < k1 ? b[at] : 0.0;
    }
}

void main() {
    const uint x = gl_LocalInvocationID.x, y = gl_LocalInvocationID.y, t = y * LX + x;
    const uint row0 = gl_WorkGroupID.x * BM, n0 = gl_WorkGroupID.y * BN;

    vec4 acc[TM];
    [[unroll]] for (uint i = 0; i < TM; ++i) acc[i] = vec4(0);

    for (uint k = k0; k < k1; k += BK) {
        loadA(k, firstRow + row0, t);
        loadB(k, n0, t);
        barrier();
        [[unroll]] for (uint kk = 0; kk < BK; ++kk) {
            const uint at = kk * BN + x * 4;
            const vec4 bQuad = vec4(bTile[at], bTile[at + 1], bTile[at + 2], bTile[at + 3]);
            [[unroll]] for (uint i = 0; i < TM; ++i) acc[i] += aTile[kk * (BM + 1) + y * TM + i] * bQuad;
        }
        barrier();
    }

    const uint q = n0 / 4 + x;
    if (q < ldc4) {
        const vec4 biasQuad = WITH_BIAS != 0 ? bias[q] : vec4(0);
        [[unroll]] for (uint i = 0; i < TM; ++i) {
            const uint row = row0 + y * TM + i;
            if (row < rows) c[row * ldc4 + q] = acc[i] + biasQuad + (ACCUMULATE != 0 ? oldC[row * ldc4 + q] : vec4(0));
        }
    }
}
