// The tiles of tile_product.glsl for devices with cooperative matrices: subgroups of 32 invocations share out the tile, each makes
// TM / 4 by 2 matrices of 16 x 16. LX is a multiple of 8 and LY one of 4.
//
// Tiles are of half precision and lie as they are loaded, four values to an element, so that each put is one store.
const uint SUBGROUPS_ACROSS = LX / 8;
const uint ACROSS = 2, DOWN = TM / 4;  // matrices of a subgroup

const uint A_STRIDE = A_ALONG_ROWS ? BM / 4 + 2 : BK / 4 + 2;  // not a power of two, because of the banks, and even, as loads demand
const uint B_STRIDE = B_ALONG_DEPTH ? BK / 4 + 2 : BQ + 2;
const uint PATCH_STRIDE = 4 + 1;

shared uvec2 aTile[(A_ALONG_ROWS ? BK : BM) * A_STRIDE];       // [depth][row] or [row][depth]
shared uvec2 bTile[(B_ALONG_DEPTH ? BQ * 4 : BK) * B_STRIDE];  // [column][depth] or [depth][column]
shared uvec4 patches[LX * LY / 32 * 16 * PATCH_STRIDE];        // of each subgroup, the matrix that its invocations take results from

uint subgroup() {
    return invocation() / 32;
}

uint lane() {
    return invocation() % 32;
}

uint firstRow() {
    return subgroup() / SUBGROUPS_ACROSS * DOWN * 16;
}

uint firstQuad() {
    return subgroup() % SUBGROUPS_ACROSS * ACROSS * 4;
}

// Half a matrix, 8 rows, is 32 vec4: one for each invocation of the subgroup.
uint tileRow(uint i) {
    return firstRow() + i / 2 / ACROSS * 16 + i % 2 * 8 + lane() / 4;
}

uint tileQuad(uint i) {
    return firstQuad() + i / 2 % ACROSS * 4 + lane() % 4;
}

uvec2 halves(vec4 value) {
    return uvec2(packHalf2x16(value.xy), packHalf2x16(value.zw));
}

void putAAlongDepth(uint row, uint k, vec4 value) {
    aTile[row * A_STRIDE + k / 4] = halves(value);
}

void putAAlongRows(uint row, uint k, vec4 value) {
    aTile[k * A_STRIDE + row / 4] = halves(value);
}

void putB(uint k, uint quad, vec4 value) {
    bTile[k * B_STRIDE + quad] = halves(value);
}

void putBAlongDepth(uint k, uint column, vec4 value) {
    bTile[column * B_STRIDE + k / 4] = halves(value);
}

#ifdef EMULATED_MATRICES
#include "emulated_matrices.glsl"
#else
#include "nvidia_matrices.glsl"
#endif

Sums sums[DOWN * ACROSS];

void clearProduct() {
    LOOP for (uint n = 0; n < DOWN * ACROSS; ++n) CLEAR(sums[n]);
}

void multiplyTiles() {
    LOOP for (uint k = 0; k < BK; k += 16) {
        Halves b[ACROSS];
        LOOP for (uint n = 0; n < ACROSS; ++n) LOAD_B(b[n], k, firstQuad() + n * 4);
        LOOP for (uint m = 0; m < DOWN; ++m) {
            Halves a;
            LOAD_A(a, firstRow() + m * 16, k);
            LOOP for (uint n = 0; n < ACROSS; ++n) MULTIPLY_ADD(a, b[n], sums[m * ACROSS + n]);
        }
    }
}

vec4 productOf(uint i) {
    const uint patchStart = subgroup() * 16 * PATCH_STRIDE;
    if (i % 2 == 0) {
        PATCH_BARRIER();
        STORE_SUMS(sums[i / 2], patchStart);
        PATCH_BARRIER();
    }
    return uintBitsToFloat(patches[patchStart + (i % 2 * 8 + lane() / 4) * PATCH_STRIDE + lane() % 4]);
}
