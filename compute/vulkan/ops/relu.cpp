#include "compute/ops/relu.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Relu& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("relu");
    kernel.setPush(static_cast<std::uint32_t>(quadsOf(op.x)));
    kernel.tensors = {op.x, op.y};
    flatGrid(kernel, recorder.traits(), quadsOf(op.x));
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp relu = vulkanOp<Relu, record>();

}  // namespace lemnos::vulkan_ops
