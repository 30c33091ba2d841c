#include "compute/ops/repack.h"

#include "compute/vulkan/ops/apply_rows.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n, first, xFirst, elements;
};

/// Where element number `element`, counted without padding, lies.
std::int64_t placeOf(const Tensor& tensor, std::int64_t element) {
    return element / tensor.columns * tensor.stride + element % tensor.columns;
}

Status recordWindow(VulkanRecorder& recorder, const Repack& op, std::int64_t first, std::int64_t count) {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    const auto elementAt = [&](std::int64_t place) {  // or the next one, where there is padding
        return place / op.y.stride * op.y.columns + std::min(place % op.y.stride, op.y.columns);
    };
    const std::int64_t xFirst = placeOf(op.x, elementAt(first)) / 4 * 4;
    const Part x(op.x, xFirst, placeOf(op.x, elementAt(first + count) - 1) / 4 * 4 + 4);
    const Tensor y = window(op.y, first, count);
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("repack");
    kernel.constants = {0, op.accumulate ? 1u : 0u, u(op.x.columns), u(op.y.columns)};
    kernel.setPush(Push{u(count / 4), u(first / 4), u((xFirst - x.skipped) / 4), u(elementAt(first + count))});
    kernel.tensors = {x.tensor, y, y};
    flatGrid(kernel, recorder.traits(), count / 4);
    return recorder.call(std::move(kernel));
}

Status record(VulkanRecorder& recorder, const Repack& op) {
    if (op.x.columns % 4 == 0 && op.y.columns % 4 == 0) {  // no padding, nothing moves
        const Tensor x = window(op.x, 0, op.x.rows * op.x.stride), y = window(op.y, 0, x.stride);
        return recordApplyRows(recorder, RowsMode::broadcast, x, {}, y, op.accumulate);
    }
    // Of x, a window needs about as large a part as of y. A row more may be in it.
    const std::int64_t rows = op.x.stride < op.y.stride ? op.x.stride : op.y.stride;
    const std::int64_t limit = windowBytes(recorder.traits()) / 4 - rows;
    const std::int64_t n = op.y.rows * op.y.stride, larger = std::max(n, op.x.rows * op.x.stride);
    const std::int64_t longest = static_cast<std::int64_t>(static_cast<double>(limit) * double(n) / double(larger)) /
                                 (tensorAlignmentBytes / 4) * (tensorAlignmentBytes / 4);
    for (std::int64_t first = 0; first < n; first += longest)
        TRY_OK(recordWindow(recorder, op, first, std::min(longest, n - first)));
    return {};
}

}  // namespace

extern const VulkanOp repack = vulkanOp<Repack, record>();

}  // namespace lemnos::vulkan_ops
