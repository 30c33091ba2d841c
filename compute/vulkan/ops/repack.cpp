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
    // The part of x that a window of y needs is shorter or longer as x is; one row of the shorter ones may come to it.
    const std::int64_t alignment = tensorAlignmentBytes / elementBytes(op.y.type);
    const std::int64_t limit = windowBytes(recorder.traits()) / 4 - std::min(op.x.stride, op.y.stride) - alignment;
    const std::int64_t n = op.y.rows * op.y.stride, nOfX = op.x.rows * op.x.stride;
    const double share = std::min(1.0, double(n) / double(nOfX));
    const std::int64_t longest =
        std::max(static_cast<std::int64_t>(double(limit) * share) / alignment, std::int64_t{1}) * alignment;
    for (std::int64_t first = 0; first < n; first += longest)
        TRY_OK(recordWindow(recorder, op, first, std::min(longest, n - first)));
    return {};
}

}  // namespace

extern const VulkanOp repack = vulkanOp<Repack, record>();

}  // namespace lemnos::vulkan_ops
