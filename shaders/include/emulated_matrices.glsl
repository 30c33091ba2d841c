// The matrices of matrix_tiles.glsl by loops, for tests: an invocation has the eight sums of half a row, and operands stay in
// shared memory.

// Software Vulkan takes long to compile what is unrolled.
#define LOOP [[dont_unroll]]

struct Sums {
    float at[8];
};

struct Halves {
    uint line, k;  // row of A or column of B, and value of the depth, that the matrix begins with
};

float fromTile(uvec2 four, uint i) {
    return i < 2 ? unpackHalf2x16(four.x)[i] : unpackHalf2x16(four.y)[i - 2];
}

float aOf(uint row, uint k) {
    return A_ALONG_ROWS ? fromTile(aTile[k * A_STRIDE + row / 4], row % 4) : fromTile(aTile[row * A_STRIDE + k / 4], k % 4);
}

float bOf(uint k, uint column) {
    return B_ALONG_DEPTH ? fromTile(bTile[column * B_STRIDE + k / 4], k % 4) : fromTile(bTile[k * B_STRIDE + column / 4], column % 4);
}

void multiplyAdd(Halves a, Halves b, inout Sums s) {
    LOOP for (uint k = 0; k < 16; ++k) {
        const float left = aOf(a.line + lane() / 2, a.k + k);
        LOOP for (uint j = 0; j < 8; ++j) s.at[j] += left * bOf(b.k + k, b.line + lane() % 2 * 8 + j);
    }
}

void storeSums(Sums s, uint first) {
    [[unroll]] for (uint q = 0; q < 2; ++q)
        patches[first + lane() / 2 * PATCH_STRIDE + lane() % 2 * 2 + q] =
            floatBitsToUint(vec4(s.at[q * 4], s.at[q * 4 + 1], s.at[q * 4 + 2], s.at[q * 4 + 3]));
}

#define CLEAR(s) LOOP for (uint j = 0; j < 8; ++j) s.at[j] = 0
#define LOAD_A(m, row, k) m = Halves(row, k)
#define LOAD_B(m, k, quad) m = Halves((quad) * 4, k)
#define MULTIPLY_ADD(a, b, s) multiplyAdd(a, b, s)
#define STORE_SUMS(s, first) storeSums(s, first)
// Subgroups of the device may be smaller than those that are emulated.
#define PATCH_BARRIER() barrier()
