#include "compute/ops/clip_value.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
    float limit;
};

Status record(VulkanRecorder& recorder, const ClipValue& op) {
    return overArenas(recorder, "clip_value", Push{0, static_cast<float>(op.limit)}, {op.x, op.x});
}

}  // namespace

extern const VulkanOp clip_value = vulkanOp<ClipValue, record>();

}  // namespace lemnos::vulkan_ops
