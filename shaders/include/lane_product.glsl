// A matrix product for devices that run a subgroup as one vector register (lavapipe).
//
// One subgroup computes TM rows x (4 lanes-per-subgroup) columns; each lane owns one vec4 of columns of every row. The depth goes
// in blocks of four: B's block is loaded first, A's block comes with one load per lane and is spread by constant shuffles.
// No shared memory, no barriers, everything unrolled. What is fast here, and why: docs/decisions/0004-two-ways-to-load.md.
//
// The shader loads bBlock[k], the lane's columns of B in row k of the block, and aBlock[f] of place t = f * SG + lane: row
// t % TM of C and all four k, or with COLUMNS_OF_A the rows 4 (t % (TM / 4)) ... + 3 of C and k = t / (TM / 4).
// Preconditions: workgroup = subgroup = SG invocations; TM is a multiple of SG; at most 65535 rounds of all loops of a call
// (lavapipe ends longer ones silently).
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#define TEXEL_LOADS
#include "vectors.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint SG = 8;
layout(constant_id = 1) const uint TM = 32;
layout(constant_id = 2) const uint COLUMNS_OF_A = 0;

const uint A_LOADS = TM / SG;

vec4 acc[TM];
vec4 aBlock[A_LOADS];
vec4 bBlock[4];

void clearProduct() {
    [[unroll]] for (uint i = 0; i < TM; ++i) acc[i] = vec4(0);
}

void multiplyBlock() {
    [[unroll]] for (uint i = 0; i < TM; ++i) {
        // Products are added in pairs first: shorter chains of dependent additions, and a smaller rounding error.
        vec4 part[4];
        [[unroll]] for (uint k = 0; k < 4; ++k) {
            const uint t = COLUMNS_OF_A != 0 ? k * (TM / 4) + i / 4 : i;
            part[k] = subgroupShuffle(aBlock[t / SG][COLUMNS_OF_A != 0 ? i & 3 : k], t % SG) * bBlock[k];
        }
        acc[i] += (part[0] + part[1]) + (part[2] + part[3]);
    }
}
