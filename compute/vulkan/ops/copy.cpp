#include "compute/ops/copy.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Copy& op) {
    recorder.copy(op.from, op.to);
    return {};
}

}  // namespace

extern const VulkanOp copy = vulkanOp<Copy, record>();

}  // namespace lemnos::vulkan_ops
