#include "compute/ops/sgd.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float momentum;
};

Status record(VulkanRecorder& recorder, const Sgd& op) {
    return forWindows(recorder.traits(), op.weights, [&](std::int64_t first, std::int64_t count) -> Status {
        const Tensor w = window(op.weights, first, count), g = window(op.gradients, first, count);
        const Tensor u = window(op.velocity, first, count);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("sgd");
        kernel.constants = {0, op.nesterov ? 1u : 0u};
        kernel.setPush(Push{static_cast<std::uint32_t>(count / 4), static_cast<float>(op.momentum)});
        kernel.tensors = {g, w, u, w, u, op.scalars};
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp sgd = vulkanOp<Sgd, record>();

}  // namespace lemnos::vulkan_ops
