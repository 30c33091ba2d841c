#include "compute/ops/group_broadcast.h"

#include "compute/vulkan/ops/apply_rows.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const GroupBroadcast& op) {
    return recordApplyRows(recorder, RowsMode::broadcast, op.x, {}, op.y, op.accumulate, op.scale);
}

}  // namespace

extern const VulkanOp group_broadcast = vulkanOp<GroupBroadcast, record>();

}  // namespace lemnos::vulkan_ops
