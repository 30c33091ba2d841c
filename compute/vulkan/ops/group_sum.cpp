#include "compute/ops/group_sum.h"

#include "compute/vulkan/group_sums.h"
#include "compute/vulkan/vulkan_op.h"

namespace lemnos::vulkan_ops {

extern const VulkanOp group_sum = vulkanOp<GroupSum, recordGroupSums>();

}  // namespace lemnos::vulkan_ops
