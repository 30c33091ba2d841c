// What the matrix products share, and how other ops record one.
#pragma once

#include "compute/ops/gemm.h"
#include "compute/vulkan/ops/product_support.h"

namespace lemnos {

/// Records a matrix product, for ops that are one.
Status recordGemm(VulkanRecorder& recorder, const Gemm& op);

/// Where the matrices of a batch are: in vec4, as in batch.glsl.
struct BatchPlaces {
    std::uint32_t quads, first, outer = 0, inner = 0;
};

/// The push constants of gemm_lane and gemm_tiled.
struct BatchPush {
    std::uint32_t rows, columns, depth, depthOfPart, parts = 1, inner = 1;
    float scale = 1;
    BatchPlaces a, b, c;
    std::uint32_t cTensorColumns;
};

struct ProductTile {
    std::int64_t rows, columns, depth;
    Tiling tiling{};  ///< of the tiled body
};

/// The tile that suits a product of so many rows with left factor `a`.
ProductTile productTile(const KernelTraits& traits, std::int64_t rows, const Tensor& a);

enum class Transposed : std::uint32_t { none, a, b };

/// The shader, constants and grid for `batch` products; push constants and tensors are left to the caller.
/// `others`: the last vec4 of a row of C may hold columns that must stay.
KernelCall productCall(const KernelTraits& traits, const ProductTile& tile, const BatchPush& push,
                       Transposed transposed, const Epilogue& epilogue, std::int64_t batch, bool others = false);

}  // namespace lemnos
