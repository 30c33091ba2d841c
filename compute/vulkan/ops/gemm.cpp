#include "compute/ops/gemm.h"

#include "compute/vulkan/ops/gemm_support.h"
#include "compute/vulkan/vulkan_op.h"

namespace lemnos {
namespace {

/// One stretch of the rows and of the depth of a product, short enough to be bound and to be computed at once.
struct Stretch {
    Gemm op;  ///< with windows of the tensors
    std::int64_t depth = 0;
    std::int64_t aColumn = 0, bColumn = 0;  ///< where A and B begin, if a window couldn't begin there
};

Status recordStretch(VulkanRecorder& recorder, const Stretch& stretch) {
    const KernelTraits& traits = recorder.traits();
    const Gemm& op = stretch.op;
    const ProductTile tile = productTile(traits, op.c.rows, op.a);
    const std::int64_t tiles = ceilDivide(op.c.rows, tile.rows) * ceilDivide(op.c.columns, tile.columns);
    const std::int64_t longest = (traits.laneGemm ? roundsPerCall : tiledRoundsPerCall) * tile.depth;
    const std::int64_t wanted =
        std::max(splitsOfDepth(traits, op.c, tiles, stretch.depth, 256), ceilDivide(stretch.depth, longest));
    const std::int64_t depthOfPart = ceilDivide(ceilDivide(stretch.depth, wanted), tile.depth) * tile.depth;
    const std::int64_t parts = ceilDivide(stretch.depth, depthOfPart);

    const Epilogue epilogue{op.bias, op.accumulate, op.activation};
    const BatchPush push{.rows = asWord(op.c.rows),
                         .columns = asWord(op.c.columns),
                         .depth = asWord(stretch.depth),
                         .depthOfPart = asWord(depthOfPart),
                         .parts = asWord(parts),
                         .a = {asWord(op.a.stride / 4), asWord(stretch.aColumn / 4)},
                         .b = {asWord(op.b.stride / 4), asWord(stretch.bColumn / 4)},
                         .c = {asWord(op.c.stride / 4), 0},
                         .cTensorColumns = asWord(op.c.columns)};
    const Transposed transposed = op.transposeA ? Transposed::a : op.transposeB ? Transposed::b : Transposed::none;
    KernelCall kernel = productCall(traits, tile, push, transposed, parts == 1 ? epilogue : Epilogue{}, 1);
    kernel.setPush(push);
    Tensor c = op.c;
    if (parts > 1) {
        TRY(c, recorder.scratch(parts * op.c.rows * op.c.stride));
    }
    kernel.tensors = {op.a, op.b, op.bias && parts == 1 ? op.bias : c, c, c};  // without a bias the binding is not read
    TRY_OK(recorder.call(std::move(kernel)));
    return parts > 1 ? sumPartials(recorder, c, parts, op.c, epilogue) : Status{};
}

}  // namespace

Status recordGemm(VulkanRecorder& recorder, const Gemm& op) {
    const KernelTraits& traits = recorder.traits();
    const auto affordable =
        static_cast<std::int64_t>(traits.multiplyAddsPerCall / double(op.c.columns) / double(op.depth()));
    std::int64_t rows = std::min(rowsPerWindow(traits, op.c), std::max<std::int64_t>(affordable / 64 * 64, 64));
    std::int64_t depth = roundUp4(op.depth());
    std::int64_t& rowsOfA = op.transposeA ? depth : rows;
    rowsOfA = std::min(rowsOfA, rowsPerWindow(traits, op.a));
    if (!op.transposeB) depth = std::min(depth, rowsPerWindow(traits, op.b));

    for (std::int64_t row = 0; row < op.c.rows; row += rows) {
        const std::int64_t rowCount = std::min(rows, op.c.rows - row);
        for (std::int64_t k = 0; k < op.depth(); k += depth) {
            Stretch stretch{op, std::min(depth, op.depth() - k), op.transposeA ? row : k, op.transposeB ? k : 0};
            stretch.op.c = rowsOf(op.c, row, rowCount);
            stretch.op.a = op.transposeA ? rowsOf(op.a, k, stretch.depth) : rowsOf(op.a, row, rowCount);
            if (!op.transposeB) stretch.op.b = rowsOf(op.b, k, stretch.depth);
            stretch.op.accumulate = op.accumulate || k > 0;
            if (k > 0) stretch.op.bias = {};
            if (k + depth < op.depth()) stretch.op.activation = {};
            TRY_OK(recordStretch(recorder, stretch));
        }
    }
    return {};
}

namespace vulkan_ops {
extern const VulkanOp gemm = vulkanOp<Gemm, recordGemm>();
}

}  // namespace lemnos
