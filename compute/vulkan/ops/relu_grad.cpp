#include "compute/ops/relu_grad.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const ReluGrad& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("relu_grad");
    kernel.setPush(static_cast<std::uint32_t>(quadsOf(op.y)));
    kernel.tensors = {op.y, op.dY, op.dX};
    flatGrid(kernel, recorder.traits(), quadsOf(op.y));
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp relu_grad = vulkanOp<ReluGrad, record>();

}  // namespace lemnos::vulkan_ops
