#include "compute/ops/lion.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float beta1, oneMinusBeta1, beta2, oneMinusBeta2, decay, rateFactor;
};

Status record(VulkanRecorder& recorder, const Lion& op) {
    const Push push{0,
                    static_cast<float>(op.beta1),
                    static_cast<float>(1 - op.beta1),
                    static_cast<float>(op.beta2),
                    static_cast<float>(1 - op.beta2),
                    static_cast<float>(op.decay),
                    static_cast<float>(op.rateFactor)};
    return overArenas(recorder, "lion", push, {op.gradients, op.weights, op.m, op.weights, op.m}, {op.scalars});
}

}  // namespace

extern const VulkanOp lion = vulkanOp<Lion, record>();

}  // namespace lemnos::vulkan_ops
