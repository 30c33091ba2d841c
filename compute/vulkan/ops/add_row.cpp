#include "compute/ops/add_row.h"

#include "compute/vulkan/ops/apply_rows.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const AddRow& op) {
    return recordApplyRows(recorder, RowsMode::add, op.row, op.x, op.y);
}

}  // namespace

extern const VulkanOp add_row = vulkanOp<AddRow, record>();

}  // namespace lemnos::vulkan_ops
