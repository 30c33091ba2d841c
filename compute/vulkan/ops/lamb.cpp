#include "compute/ops/lamb.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct UpdatePush {
    std::uint32_t n;
    float beta1, beta2, epsilon, oneMinusBeta1, oneMinusBeta2, decay;
};

struct RatioPush {
    std::uint32_t n;
};

struct StepPush {
    std::uint32_t n;
    float rateFactor;
};

Status record(VulkanRecorder& recorder, const Lamb& op) {
    const UpdatePush push{0,
                          static_cast<float>(op.beta1),
                          static_cast<float>(op.beta2),
                          static_cast<float>(op.epsilon),
                          static_cast<float>(1 - op.beta1),
                          static_cast<float>(1 - op.beta2),
                          static_cast<float>(op.decay)};
    TRY_OK(overArenas(recorder, "lamb_update", push, {op.gradients, op.weights, op.m, op.v, op.gradients, op.m, op.v},
                      {op.scalars}));
    TRY(const Tensor weightSums, squareSums(recorder, op.weights));
    TRY(const Tensor updateSums, squareSums(recorder, op.gradients));
    TRY(const Tensor ratio, recorder.scratch(4));
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("lamb_ratio");
    kernel.constants = {recorder.traits().rowGroupSize};
    kernel.setPush(RatioPush{static_cast<std::uint32_t>(weightSums.stride / 4)});
    kernel.tensors = {weightSums, updateSums, ratio};
    TRY_OK(recorder.call(std::move(kernel)));
    return overArenas(recorder, "lamb", StepPush{0, static_cast<float>(op.rateFactor)},
                      {op.gradients, op.weights, op.weights}, {ratio, op.scalars});
}

}  // namespace

extern const VulkanOp lamb = vulkanOp<Lamb, record>();

}  // namespace lemnos::vulkan_ops
