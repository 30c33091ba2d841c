#include "compute/ops/multiply.h"

#include "compute/vulkan/ops/apply_rows.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Multiply& op) {
    return recordApplyRows(recorder, RowsMode::multiply, op.b, op.a, op.y, op.accumulate);
}

}  // namespace

extern const VulkanOp multiply = vulkanOp<Multiply, record>();

}  // namespace lemnos::vulkan_ops
