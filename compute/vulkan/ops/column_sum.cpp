#include "compute/ops/column_sum.h"

#include "compute/vulkan/group_sums.h"
#include "compute/vulkan/vulkan_op.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const ColumnSum& op) {
    return recordGroupSums(recorder, {op.x, {}, op.sum, 1, op.accumulate});
}

}  // namespace

extern const VulkanOp column_sum = vulkanOp<ColumnSum, record>();

}  // namespace lemnos::vulkan_ops
