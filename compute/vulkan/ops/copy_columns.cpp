#include "compute/ops/copy_columns.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows;
    std::int32_t from, to, count, xQuads, yQuads, yColumns, xSkipped, ySkipped;
};

Status record(VulkanRecorder& recorder, const CopyColumns& op) {
    const auto s = [](std::int64_t n) { return static_cast<std::int32_t>(n); };
    const std::int64_t end = op.toColumn + op.count;
    const bool whole = op.toColumn % 4 == 0 && end % 4 == 0;
    const std::int64_t width = (end + 3) / 4 - op.toColumn / 4;
    const std::int64_t longest =
        (windowBytes(recorder.traits()) - tensorAlignmentBytes) / (std::max(op.x.stride, op.y.stride) * 4);
    for (std::int64_t first = 0; first < op.x.rows; first += longest) {
        const std::int64_t rows = std::min(longest, op.x.rows - first);
        const Part x(op.x, first * op.x.stride, (first + rows) * op.x.stride);
        const Part y(op.y, first * op.y.stride, (first + rows) * op.y.stride);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("copy_columns");
        kernel.constants = {0, static_cast<std::uint32_t>((op.fromColumn - op.toColumn) & 3), whole ? 1u : 0u,
                            op.accumulate ? 1u : 0u, static_cast<std::uint32_t>(width)};
        kernel.setPush(Push{static_cast<std::uint32_t>(rows), s(op.fromColumn), s(op.toColumn), s(op.count),
                            s(op.x.stride / 4), s(op.y.stride / 4), s(op.y.columns), s(x.skipped / 4),
                            s(y.skipped / 4)});
        kernel.tensors = {x.tensor, y.tensor, y.tensor};
        flatGrid(kernel, recorder.traits(), rows * width);
        TRY_OK(recorder.call(std::move(kernel)));
    }
    return {};
}

}  // namespace

extern const VulkanOp copy_columns = vulkanOp<CopyColumns, record>();

}  // namespace lemnos::vulkan_ops
