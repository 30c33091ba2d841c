#include "compute/ops/adam.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float beta1, beta2, epsilon, oneMinusBeta1, oneMinusBeta2, coupledDecay, decoupledDecay, rateFactor;
};

Status record(VulkanRecorder& recorder, const Adam& op) {
    const Push push{0,
                    static_cast<float>(op.beta1),
                    static_cast<float>(op.beta2),
                    static_cast<float>(op.epsilon),
                    static_cast<float>(1 - op.beta1),
                    static_cast<float>(1 - op.beta2),
                    static_cast<float>(op.decoupled ? 0 : op.decay),
                    static_cast<float>(op.decoupled ? op.decay : 0),
                    static_cast<float>(op.rateFactor)};
    return overArenas(recorder, "adam", push, {op.gradients, op.weights, op.m, op.v, op.weights, op.m, op.v},
                      {op.scalars});
}

}  // namespace

extern const VulkanOp adam = vulkanOp<Adam, record>();

}  // namespace lemnos::vulkan_ops
