#include "compute/ops/sgd.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float momentum, decay, rateFactor;
};

Status record(VulkanRecorder& recorder, const Sgd& op) {
    const Push push{0, static_cast<float>(op.momentum), static_cast<float>(op.decay),
                    static_cast<float>(op.rateFactor)};
    return overArenas(recorder, "sgd", push, {op.gradients, op.weights, op.velocity, op.weights, op.velocity},
                      {op.scalars}, {0, op.nesterov ? 1u : 0u});
}

}  // namespace

extern const VulkanOp sgd = vulkanOp<Sgd, record>();

}  // namespace lemnos::vulkan_ops
