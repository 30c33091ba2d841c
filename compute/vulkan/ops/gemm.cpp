#include "compute/ops/gemm.h"

#include <algorithm>

#include "compute/vulkan/vulkan_op.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t firstRow, rows, k0, k1;
};

std::uint32_t mode(const Gemm& op) {
    return op.transposeA ? 1 : op.transposeB ? 2 : 0;
}

/// Constants 1 to 11, the same in both bodies.
std::vector<std::uint32_t> constants(const Gemm& op, std::uint32_t groupSize, std::uint32_t rowsPerTile,
                                     std::uint32_t depthOfTile, bool accumulate) {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    return {groupSize,    rowsPerTile,     depthOfTile,   mode(op),           op.bias ? 1u : 0u,  accumulate ? 1u : 0u,
            u(op.c.rows), u(op.c.columns), u(op.depth()), u(op.a.stride / 4), u(op.b.stride / 4), u(op.c.stride / 4)};
}

/// Rows of C from `first` on.
Tensor rowsOf(Tensor c, std::int64_t first, std::int64_t count) {
    c.offsetBytes += first * c.stride * 4;
    c.rows = count;
    return c;
}

struct Tile {
    std::uint32_t rows, columns, depth;
};

KernelCall laneCall(const Gemm& op, const KernelTraits& traits, const Tile& tile, bool accumulate) {
    KernelCall kernel;
    kernel.shader = "gemm_lane";
    kernel.constants = constants(op, traits.subgroupSize, tile.rows, tile.depth, accumulate);
    return kernel;
}

KernelCall tiledCall(const Gemm& op, const Tile& tile, bool accumulate) {
    constexpr std::uint32_t lx = 16, ly = 16;
    KernelCall kernel;
    kernel.shader = "gemm_tiled";
    kernel.constants = constants(op, lx, tile.rows / ly, tile.depth, accumulate);
    kernel.constants.push_back(ly);
    return kernel;
}

Tile laneTile(const Gemm& op, const KernelTraits& traits) {
    // 32 rows and a depth of 4 were fastest; fewer rows than a subgroup has lanes can't be loaded in one go.
    const std::uint32_t least = std::max(8u, traits.subgroupSize);
    const std::uint32_t rows = op.c.rows > 16 ? 32 : std::max(least, op.c.rows > 8 ? 16u : 8u);
    return {rows, traits.subgroupSize * 4, 4};
}

Status record(VulkanRecorder& recorder, const Gemm& op) {
    const KernelTraits& traits = recorder.traits();
    const Tile tile = traits.laneGemm ? laneTile(op, traits) : Tile{op.c.rows > 32 ? 64u : 32u, 64, 16};
    // Lavapipe ends loops silently after 65535 rounds in all; the tiled body has up to nine inner rounds to each outer one.
    const std::int64_t depthPerCall = std::int64_t{traits.laneGemm ? 60000 : 6000} * tile.depth;
    // A window of C must be short enough to be bound.
    const std::int64_t rowsPerCall = std::max<std::int64_t>(traits.maxBindingBytes / (op.c.stride * 4) / 64 * 64, 64);

    for (std::int64_t first = 0; first < op.c.rows; first += rowsPerCall) {
        const Tensor c = rowsOf(op.c, first, std::min(rowsPerCall, op.c.rows - first));
        for (std::int64_t k = 0; k < op.depth(); k += depthPerCall) {
            Gemm part = op;
            if (k > 0) part.bias = {};
            const bool accumulate = op.accumulate || k > 0;
            KernelCall kernel =
                traits.laneGemm ? laneCall(part, traits, tile, accumulate) : tiledCall(part, tile, accumulate);
            kernel.setPush(Push{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(c.rows),
                                static_cast<std::uint32_t>(k),
                                static_cast<std::uint32_t>(std::min(k + depthPerCall, op.depth()))});
            kernel.tensors = {op.a, op.b, part.bias ? part.bias : c, c, c};  // without a bias the binding is not read
            kernel.groups[0] = static_cast<std::uint32_t>((c.rows + tile.rows - 1) / tile.rows);
            kernel.groups[1] = static_cast<std::uint32_t>((op.c.columns + tile.columns - 1) / tile.columns);
            TRY_OK(recorder.call(std::move(kernel)));
        }
    }
    return {};
}

}  // namespace

extern const VulkanOp gemm = vulkanOp<Gemm, record>();

}  // namespace lemnos::vulkan_ops
