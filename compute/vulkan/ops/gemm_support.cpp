#include "compute/vulkan/ops/gemm_support.h"

namespace lemnos {

ProductTile productTile(const KernelTraits& traits, std::int64_t rows, const Tensor& a) {
    if (!traits.laneGemm) {
        const Tiling& tiling = tilingOf(traits, rows > fewRows ? ProductClass::gemm : ProductClass::gemmOfFewRows, a);
        return {tiling.rows(), tiling.lx * 4, tiling.depth, tiling};
    }
    // 32 rows were fastest; fewer rows than a subgroup has lanes can't be loaded in one go.
    const std::int64_t lanes = traits.subgroupSize;
    return {std::max(lanes, rows > 16 ? 32 : rows > 8 ? std::int64_t{16} : 8), lanes * 4, 4};
}

KernelCall productCall(const KernelTraits& traits, const ProductTile& tile, const BatchPush& push,
                       Transposed transposed, const Epilogue& epilogue, std::int64_t batch, bool others) {
    const auto mode = static_cast<std::uint32_t>(transposed);
    const std::uint32_t keep = others ? 1 : 0;
    KernelCall kernel;
    if (traits.laneGemm) {
        kernel.shader = "gemm_lane";
        kernel.constants = {traits.subgroupSize, asWord(tile.rows), transposed == Transposed::a ? 1u : 0u};
        epilogue.addTo(kernel.constants);
        kernel.constants.insert(kernel.constants.end(), {mode, push.depth % 4 == 0 ? 1u : 0u, keep});
    } else {
        kernel.shader = tiledShader(traits, "gemm_tiled", tile.tiling);
        kernel.constants = {tile.tiling.lx, tile.tiling.rowsEach, tile.tiling.depth};
        epilogue.addTo(kernel.constants);
        kernel.constants.insert(kernel.constants.end(), {tile.tiling.ly, mode, keep});
    }
    kernel.groups[0] = asWord(ceilDivide(push.rows, tile.rows));
    kernel.groups[1] = asWord(ceilDivide(push.columns, tile.columns));
    kernel.groups[2] = asWord(batch * push.parts);
    return kernel;
}

}  // namespace lemnos
