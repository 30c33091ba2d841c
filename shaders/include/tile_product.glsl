// A matrix product for GPUs: tiles of A and B in shared memory, TM vec4 of results for each invocation.
//
// The shader defines how it loads: A_ALONG_ROWS, whether it fills the tile of A with putAAlongRows or with putAAlongDepth, and
// B_ALONG_DEPTH, whether that of B with putBAlongDepth or with putB. It fills the tiles for a stretch of BK of the depth, calls
// multiplyTiles() between two barriers, and then all its invocations ask for productOf(i), i = 0, 1, ... TM - 1 in this order: the sums
// of row tileRow(i) and vec4 column tileQuad(i) of the tile.
//
// Such a shader is compiled three times: with arithmetic on vec4; as NAME_matrices with cooperative matrices, which multiply half
// precision and sum up in single precision; and as NAME_emulated, the same for devices without them, so that it can be tested there.
#extension GL_EXT_control_flow_attributes : require
#include "vectors.glsl"

layout(local_size_x_id = 0, local_size_y_id = 7) in;
layout(constant_id = 0) const uint LX = 16;
layout(constant_id = 7) const uint LY = 16;
layout(constant_id = 1) const uint TM = 4;  // vec4 of results per invocation
layout(constant_id = 2) const uint BK = 16;

const uint BM = LY * TM;  // rows
const uint BQ = LX;       // vec4 columns

uint invocation() {
    return gl_LocalInvocationID.y * LX + gl_LocalInvocationID.x;
}

#if defined(MATRICES) || defined(EMULATED_MATRICES)
#include "matrix_tiles.glsl"
#else
#include "vector_tiles.glsl"
#endif
