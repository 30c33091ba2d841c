#include "compute/ops/column_sum.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, quads;
};

Status record(VulkanRecorder& recorder, const ColumnSum& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("column_sum");
    kernel.setPush(Push{static_cast<std::uint32_t>(op.x.rows), static_cast<std::uint32_t>(op.x.stride / 4)});
    kernel.tensors = {op.x, op.sum};
    flatGrid(kernel, recorder.traits(), op.x.stride / 4);
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp column_sum = vulkanOp<ColumnSum, record>();

}  // namespace lemnos::vulkan_ops
