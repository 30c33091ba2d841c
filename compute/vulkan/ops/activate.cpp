#include "compute/ops/activate.h"

#include "compute/vulkan/ops/flat_activation.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Activate& op) {
    return recordFlatActivation(recorder, "activate", op.activation, {op.x}, op.y);
}

}  // namespace

extern const VulkanOp activate = vulkanOp<Activate, record>();

}  // namespace lemnos::vulkan_ops
