#version 460
// C = op(A) op(B) [+ bias] [+ C] for devices that run a subgroup as one vector register (lavapipe).
//
// One subgroup computes TM rows x (4 lanes-per-subgroup) columns; each lane owns one vec4 of columns of every row. The k loop
// goes in blocks of KB: B's block is loaded first, A's block comes with one load per lane and is spread by constant shuffles.
// No shared memory, no barriers, everything unrolled. What is fast here, and why: docs/decisions/0004-two-ways-to-load.md.
//
// Layout: rows of lda4, ldb4, ldc4 vec4. MODE 0: A is M x K, B is K x N. MODE 1: A is K x M. MODE 2: B is N x K.
// Preconditions: workgroup = subgroup = SG invocations; TM * KB / 4 is a multiple of SG; KB is a multiple of 4; padding columns
// of A and B are zero; at most 65535 k blocks per call (lavapipe ends longer loops silently).
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#define TEXEL_LOADS
#include "vectors.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint SG = 8;
layout(constant_id = 1) const uint TM = 32;
layout(constant_id = 2) const uint KB = 4;
layout(constant_id = 3) const uint MODE = 0;
layout(constant_id = 4) const uint WITH_BIAS = 0;
layout(constant_id = 5) const uint ACCUMULATE = 0;
layout(constant_id = 6) const uint M = 1;
layout(constant_id = 7) const uint N = 1;
layout(constant_id = 8) const uint K = 1;
layout(constant_id = 9) const uint lda4 = 1;
layout(constant_id = 10) const uint ldb4 = 1;
layout(constant_id = 11) const uint ldc4 = 1;

READ_VECTORS(0, a)
READ_VECTORS(1, b)
READ_VECTORS(2, bias)
READ_VECTORS(3, oldC)
WRITE_VECTORS(4, c)
layout(push_constant) uniform Push { uint firstRow, rows, k0, k1; };  // c and oldC begin at firstRow and have `rows` rows

const uint A_LOADS = TM * KB / 4 / SG;

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint row0 = gl_WorkGroupID.x * TM;                    // within the window of C
    const uint m0 = firstRow + row0;
    const uint q = gl_WorkGroupID.y * SG + lane;                // vec4 column of C

    vec4 acc[TM];
    [[unroll]] for (uint i = 0; i < TM; ++i) acc[i] = vec4(0);

    uint aIndex[A_LOADS];
    [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
        const uint t = f * SG + lane;
        aIndex[f] = MODE == 1 ? t / (TM / 4) * lda4 + m0 / 4 + t % (TM / 4) : min(m0 + t % TM, M - 1) * lda4 + t / TM;
    }
    uint bRow[4];
    [[unroll]] for (uint j = 0; j < 4; ++j) bRow[j] = min(q * 4 + j, N - 1) * ldb4;

    for (uint k = k0; k < k1; k += KB) {
        vec4 bBlock[KB];
        if (MODE == 2) {
            [[unroll]] for (uint kq = 0; kq < KB / 4; ++kq) {
                const vec4 t0 = LOAD(b, bRow[0] + k / 4 + kq), t1 = LOAD(b, bRow[1] + k / 4 + kq);
                const vec4 t2 = LOAD(b, bRow[2] + k / 4 + kq), t3 = LOAD(b, bRow[3] + k / 4 + kq);
                [[unroll]] for (uint kk = 0; kk < 4; ++kk) bBlock[kq * 4 + kk] = vec4(t0[kk], t1[kk], t2[kk], t3[kk]);
            }
        } else {
            [[unroll]] for (uint kk = 0; kk < KB; ++kk) {
                bBlock[kk] = LOAD(b, (k + kk) * ldb4 + q);
                if (K % KB != 0) bBlock[kk] = k + kk < K ? bBlock[kk] : vec4(0);
            }
        }
        vec4 aBlock[A_LOADS];
        [[unroll]] for (uint f = 0; f < A_LOADS; ++f) {
            aBlock[f] = LOAD(a, aIndex[f] + (MODE == 1 ? k * lda4 : k / 4));
            if (MODE == 1 && K % KB != 0) aBlock[f] = k + (f * SG + lane) / (TM / 4) < K ? aBlock[f] : vec4(0);
        }
        [[unroll]] for (uint i = 0; i < TM; ++i) {
            // Products are added in pairs first: shorter chains of dependent additions, and a smaller rounding error.
            vec4 part[KB];
            [[unroll]] for (uint kk = 0; kk < KB; ++kk) {
                const uint t = MODE == 1 ? kk * (TM / 4) + i / 4 : kk / 4 * TM + i;
                part[kk] = subgroupShuffle(aBlock[t / SG][MODE == 1 ? i & 3 : kk & 3], t % SG) * bBlock[kk];
            }
            [[unroll]] for (uint kk = 0; kk < KB; kk += 4)
                acc[i] += (part[kk] + part[kk + 1]) + (part[kk + 2] + part[kk + 3]);
        }
    }

    const vec4 biasQuad = WITH_BIAS != 0 ? LOAD(bias, q) : vec4(0);
    const bvec4 exists = lessThan(uvec4(0, 1, 2, 3) + q * 4, uvec4(N));
    [[unroll]] for (uint i = 0; i < TM; ++i) {
        const uint row = row0 + i;
        vec4 value = acc[i] + biasQuad;
        if (ACCUMULATE != 0) value += LOAD(oldC, row * ldc4 + q);
        if (N % 4 != 0) value = mix(vec4(0), value, exists);
        if (row < rows && q < ldc4) STORE(c, row * ldc4 + q, value)
    }
}
