#include "compute/ops/softmax_grad.h"

#include "compute/vulkan/row_windows.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, quads;
};

Status record(VulkanRecorder& recorder, const SoftmaxGrad& op) {
    return forRowWindows(recorder.traits(), op.y, 1, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("softmax_grad");
        kernel.constants = {rowGroupSize(recorder.traits(), op.y.stride / 4), op.accumulate ? 1u : 0u};
        kernel.setPush(Push{static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(op.y.stride / 4)});
        const Tensor y = rowsOf(op.y, first, count), dX = rowsOf(op.dX, first, count);
        // Unless it accumulates, the old gradient is not read; the binding must still name some memory.
        kernel.tensors = {y, rowsOf(op.dY, first, count), op.accumulate ? dX : y, dX};
        kernel.setGroups(count);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp softmax_grad = vulkanOp<SoftmaxGrad, record>();

}  // namespace lemnos::vulkan_ops
