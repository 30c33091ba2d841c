#include "compute/ops/adam.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float beta1, beta2, epsilon, oneMinusBeta1, oneMinusBeta2;
};

Status record(VulkanRecorder& recorder, const Adam& op) {
    return forWindows(recorder.traits(), op.weights, [&](std::int64_t first, std::int64_t count) -> Status {
        const Tensor w = window(op.weights, first, count), g = window(op.gradients, first, count);
        const Tensor m = window(op.m, first, count), v = window(op.v, first, count);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("adam");
        kernel.setPush(Push{static_cast<std::uint32_t>(count / 4), static_cast<float>(op.beta1),
                            static_cast<float>(op.beta2), static_cast<float>(op.epsilon),
                            static_cast<float>(1 - op.beta1), static_cast<float>(1 - op.beta2)});
        kernel.tensors = {g, w, m, v, w, m, v, op.scalars};
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp adam = vulkanOp<Adam, record>();

}  // namespace lemnos::vulkan_ops
