#include "compute/ops/softmax_grad.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, columns, quads;
};

Status record(VulkanRecorder& recorder, const SoftmaxGrad& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("softmax_grad");
    kernel.constants = {recorder.traits().rowGroupSize};
    kernel.setPush(Push{static_cast<std::uint32_t>(op.y.rows), static_cast<std::uint32_t>(op.y.columns),
                        static_cast<std::uint32_t>(op.y.stride / 4)});
    kernel.tensors = {op.y, op.dY, op.dX};
    kernel.setGroups(op.y.rows);
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp softmax_grad = vulkanOp<SoftmaxGrad, record>();

}  // namespace lemnos::vulkan_ops
