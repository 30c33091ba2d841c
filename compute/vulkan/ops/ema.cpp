#include "compute/ops/ema.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float decay, oneMinusDecay;
};

Status record(VulkanRecorder& recorder, const Ema& op) {
    const Push push{0, static_cast<float>(op.decay), static_cast<float>(1 - op.decay)};
    return overArenas(recorder, "ema", push, {op.x, op.average, op.average});
}

}  // namespace

extern const VulkanOp ema = vulkanOp<Ema, record>();

}  // namespace lemnos::vulkan_ops
