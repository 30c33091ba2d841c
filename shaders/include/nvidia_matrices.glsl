// The matrices of matrix_tiles.glsl in hardware, by GL_NV_cooperative_matrix.
#extension GL_NV_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#pragma use_vulkan_memory_model

#define Halves fcoopmatNV<16, gl_ScopeSubgroup, 16, 16>
#define Sums fcoopmatNV<32, gl_ScopeSubgroup, 16, 16>

#define LOOP [[unroll]]
#define CLEAR(s) s = Sums(0.0)
#define LOAD_A(m, row, k) \
    coopMatLoadNV(m, aTile, A_ALONG_ROWS ? (k) * A_STRIDE + (row) / 4 : (row) * A_STRIDE + (k) / 4, A_STRIDE, A_ALONG_ROWS)
#define LOAD_B(m, k, quad) \
    coopMatLoadNV(m, bTile, B_ALONG_DEPTH ? (quad) * 4 * B_STRIDE + (k) / 4 : (k) * B_STRIDE + (quad), B_STRIDE, B_ALONG_DEPTH)
#define MULTIPLY_ADD(a, b, s) s = coopMatMulAddNV(a, b, s)
#define STORE_SUMS(s, first) coopMatStoreNV(s, patches, first, PATCH_STRIDE, false)
#define PATCH_BARRIER() subgroupBarrier()
