#include "compute/ops/add.h"

#include "compute/vulkan/ops/flat_activation.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Add& op) {
    return recordFlatActivation(recorder, "add", op.activation, {op.a, op.b}, op.y);
}

}  // namespace

extern const VulkanOp add = vulkanOp<Add, record>();

}  // namespace lemnos::vulkan_ops
