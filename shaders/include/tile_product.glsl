// A matrix product for GPUs: tiles of A and B in shared memory, a block of TM x 4 results per invocation.
//
// The shader fills aTile and bTile for a stretch of BK of the depth, calls multiplyTiles() between two barriers, and finds the sums of
// rows tileRow(i) of the tile and vec4 column gl_LocalInvocationID.x in acc[i].
#extension GL_EXT_control_flow_attributes : require
#include "vectors.glsl"

layout(local_size_x_id = 0, local_size_y_id = 7) in;
layout(constant_id = 0) const uint LX = 16;
layout(constant_id = 7) const uint LY = 16;
layout(constant_id = 1) const uint TM = 4;  // rows per invocation
layout(constant_id = 2) const uint BK = 16;

const uint BM = LY * TM;
const uint BQ = LX;              // vec4 columns
const uint A_STRIDE = BM + 4;  // more than the rows, so that a row's values of the depth fall into different banks

shared float aTile[BK * A_STRIDE];  // [depth][row]
shared vec4 bTile[BK * BQ];         // [depth][vec4 column]
vec4 acc[TM];

uint invocation() {
    return gl_LocalInvocationID.y * LX + gl_LocalInvocationID.x;
}

uint tileRow(uint i) {
    return gl_LocalInvocationID.y * TM + i;
}

// Four values of the depth, from k on, of a row of A.
void putAlongDepth(uint row, uint k, vec4 value) {
    [[unroll]] for (uint j = 0; j < 4; ++j) aTile[(k + j) * A_STRIDE + row] = value[j];
}

// Four rows of A, from `row` on, of one value of the depth.
void putAlongRows(uint row, uint k, vec4 value) {
    [[unroll]] for (uint j = 0; j < 4; ++j) aTile[k * A_STRIDE + row + j] = value[j];
}

void clearProduct() {
    [[unroll]] for (uint i = 0; i < TM; ++i) acc[i] = vec4(0);
}

void multiplyTiles() {
    [[unroll]] for (uint k = 0; k < BK; ++k) {
        const vec4 b = bTile[k * BQ + gl_LocalInvocationID.x];
        [[unroll]] for (uint i = 0; i < TM; ++i) acc[i] += aTile[k * A_STRIDE + tileRow(i)] * b;
    }
}
