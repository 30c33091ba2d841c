#include "compute/ops/rms_prop.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float rho, oneMinusRho, momentum, epsilon, decay, rateFactor;
};

Status record(VulkanRecorder& recorder, const RmsProp& op) {
    const Push push{0,
                    static_cast<float>(op.rho),
                    static_cast<float>(1 - op.rho),
                    static_cast<float>(op.momentum),
                    static_cast<float>(op.epsilon),
                    static_cast<float>(op.decay),
                    static_cast<float>(op.rateFactor)};
    return overArenas(recorder, "rms_prop", push,
                      {op.gradients, op.weights, op.v, op.velocity, op.weights, op.v, op.velocity}, {op.scalars});
}

}  // namespace

extern const VulkanOp rms_prop = vulkanOp<RmsProp, record>();

}  // namespace lemnos::vulkan_ops
