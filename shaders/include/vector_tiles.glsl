// The tiles of tile_product.glsl for any device: an invocation multiplies TM rows by one vec4 column.
const uint A_STRIDE = BM + 4;  // more than the rows, so that a row's values of the depth fall into different banks

shared float aTile[BK * A_STRIDE];  // [depth][row]
shared vec4 bTile[BK * BQ];         // [depth][vec4 column]
vec4 acc[TM];

uint tileRow(uint i) {
    return gl_LocalInvocationID.y * TM + i;
}

uint tileQuad(uint i) {
    return gl_LocalInvocationID.x;
}

// Four values of the depth, from k on, of a row of A.
void putAAlongDepth(uint row, uint k, vec4 value) {
    [[unroll]] for (uint j = 0; j < 4; ++j) aTile[(k + j) * A_STRIDE + row] = value[j];
}

// Four rows of A, from `row` on, of one value of the depth.
void putAAlongRows(uint row, uint k, vec4 value) {
    [[unroll]] for (uint j = 0; j < 4; ++j) aTile[k * A_STRIDE + row + j] = value[j];
}

// A vec4 column of B, of one value of the depth.
void putB(uint k, uint quad, vec4 value) {
    bTile[k * BQ + quad] = value;
}

// Four values of the depth, from k on, of a column of B.
void putBAlongDepth(uint k, uint column, vec4 value) {
    [[unroll]] for (uint j = 0; j < 4; ++j) bTile[(k + j) * BQ + column / 4][column % 4] = value[j];
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

vec4 productOf(uint i) {
    return acc[i];
}
