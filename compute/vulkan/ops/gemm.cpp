#include "compute/vulkan/ops/gemm_support.h"
#include "compute/vulkan/ops/product_support.h"

namespace lemnos {
namespace {

struct Push {
    std::uint32_t rows, columns, depth, depthOfGroup;
    std::uint32_t aQuads, bQuads, cQuads, aFirst, bFirst;
};

struct Tile {
    std::int64_t rows, columns, depth;
};

Tile tileOf(const KernelTraits& traits, const Tensor& c) {
    if (!traits.laneGemm) return {c.rows > 32 ? 64 : 32, 64, 16};
    // 32 rows were fastest; fewer rows than a subgroup has lanes can't be loaded in one go.
    const std::int64_t lanes = traits.subgroupSize;
    return {std::max(lanes, c.rows > 16 ? 32 : c.rows > 8 ? std::int64_t{16} : 8), lanes * 4, 4};
}

/// One stretch of the rows and of the depth of a product, short enough to be bound and to be computed at once.
struct Part {
    Gemm op;  ///< with windows of the tensors
    std::int64_t depth = 0;
    std::int64_t aFirst = 0, bFirst = 0;  ///< first columns, where no window could begin
};

KernelCall call(const KernelTraits& traits, const Tile& tile, const Part& part, const Epilogue& epilogue) {
    constexpr std::uint32_t lx = 16, ly = 16;
    const std::uint32_t mode = part.op.transposeA ? 1 : part.op.transposeB ? 2 : 0;
    KernelCall kernel;
    if (traits.laneGemm) {
        kernel.shader = "gemm_lane";
        kernel.constants = {traits.subgroupSize, asWord(tile.rows), mode == 1 ? 1u : 0u};
        epilogue.addTo(kernel.constants);
        kernel.constants.insert(kernel.constants.end(), {mode, part.depth % 4 == 0 ? 1u : 0u});
    } else {
        kernel.shader = "gemm_tiled";
        kernel.constants = {lx, asWord(tile.rows) / ly, asWord(tile.depth)};
        epilogue.addTo(kernel.constants);
        kernel.constants.insert(kernel.constants.end(), {ly, mode});
    }
    return kernel;
}

Status recordPart(VulkanRecorder& recorder, const Part& part) {
    const KernelTraits& traits = recorder.traits();
    const Gemm& op = part.op;
    const Tile tile = tileOf(traits, op.c);
    const std::int64_t tilesDown = ceilDivide(op.c.rows, tile.rows),
                       tilesAcross = ceilDivide(op.c.columns, tile.columns);
    const std::int64_t longest = (traits.laneGemm ? roundsPerCall : tiledRoundsPerCall) * tile.depth;
    const std::int64_t wanted =
        std::max(splitsOfDepth(traits, tilesDown * tilesAcross, part.depth, 256), ceilDivide(part.depth, longest));
    const std::int64_t depthOfGroup = ceilDivide(ceilDivide(part.depth, wanted), tile.depth) * tile.depth;
    const std::int64_t splits = ceilDivide(part.depth, depthOfGroup);

    const Epilogue epilogue{op.bias, op.accumulate, op.activation};
    KernelCall kernel = call(traits, tile, part, splits == 1 ? epilogue : Epilogue{});
    Tensor c = op.c;
    if (splits > 1) {
        TRY(c, recorder.scratch(splits * op.c.rows * op.c.stride));
    }
    kernel.setPush(Push{asWord(op.c.rows), asWord(op.c.columns), asWord(part.depth), asWord(depthOfGroup),
                        asWord(op.a.stride / 4), asWord(op.b.stride / 4), asWord(op.c.stride / 4),
                        asWord(part.aFirst / 4), asWord(part.bFirst / 4)});
    kernel.tensors = {op.a, op.b, op.bias && splits == 1 ? op.bias : c, c,
                      c};  // without a bias the binding is not read
    kernel.groups[0] = asWord(tilesDown);
    kernel.groups[1] = asWord(tilesAcross);
    kernel.groups[2] = asWord(splits);
    TRY_OK(recorder.call(std::move(kernel)));
    return splits > 1 ? sumPartials(recorder, c, splits, op.c, epilogue) : Status{};
}

}  // namespace

Status recordGemm(VulkanRecorder& recorder, const Gemm& op) {
    const KernelTraits& traits = recorder.traits();
    const auto affordable = static_cast<std::int64_t>(multiplyAddsPerCall / double(op.c.columns) / double(op.depth()));
    std::int64_t rows = std::min(rowsPerWindow(traits, op.c), std::max<std::int64_t>(affordable / 64 * 64, 64));
    std::int64_t depth = roundUp4(op.depth());
    (op.transposeA ? depth : rows) = std::min(op.transposeA ? depth : rows, rowsPerWindow(traits, op.a));
    if (!op.transposeB) depth = std::min(depth, rowsPerWindow(traits, op.b));

    for (std::int64_t row = 0; row < op.c.rows; row += rows) {
        const std::int64_t rowCount = std::min(rows, op.c.rows - row);
        for (std::int64_t k = 0; k < op.depth(); k += depth) {
            Part part{op, std::min(depth, op.depth() - k), op.transposeA ? row : k, op.transposeB ? k : 0};
            part.op.c = rowsOf(op.c, row, rowCount);
            part.op.a = op.transposeA ? rowsOf(op.a, k, part.depth) : rowsOf(op.a, row, rowCount);
            if (!op.transposeB) part.op.b = rowsOf(op.b, k, part.depth);
            part.op.accumulate = op.accumulate || k > 0;
            if (k > 0) part.op.bias = {};
            if (k + depth < op.depth()) part.op.activation = {};
            TRY_OK(recordPart(recorder, part));
        }
    }
    return {};
}

namespace vulkan_ops {
extern const VulkanOp gemm = vulkanOp<Gemm, recordGemm>();
}

}  // namespace lemnos
