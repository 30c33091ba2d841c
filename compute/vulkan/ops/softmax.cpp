#include "compute/ops/softmax.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, columns, quads;
};

Status record(VulkanRecorder& recorder, const Softmax& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("softmax");
    kernel.constants = {recorder.traits().rowGroupSize};
    kernel.setPush(Push{static_cast<std::uint32_t>(op.x.rows), static_cast<std::uint32_t>(op.x.columns),
                        static_cast<std::uint32_t>(op.x.stride / 4)});
    kernel.tensors = {op.x, op.y};
    kernel.setGroups(op.x.rows);
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp softmax = vulkanOp<Softmax, record>();

}  // namespace lemnos::vulkan_ops
