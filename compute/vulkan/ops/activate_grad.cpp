#include "compute/ops/activate_grad.h"

#include <bit>

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const ActivateGrad& op) {
    return forWindows(recorder.traits(), op.dX, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("activate_grad");
        kernel.constants = {0, static_cast<std::uint32_t>(op.activation.kind),
                            std::bit_cast<std::uint32_t>(op.activation.alpha), op.accumulate ? 1u : 0u};
        kernel.setPush(static_cast<std::uint32_t>(count / 4));
        const Tensor dX = window(op.dX, first, count);
        kernel.tensors = {window(op.value, first, count), window(op.dY, first, count), dX, dX};
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp activate_grad = vulkanOp<ActivateGrad, record>();

}  // namespace lemnos::vulkan_ops
