#include "compute/ops/softmax.h"

#include "compute/vulkan/row_windows.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, columns, quads;
};

Status record(VulkanRecorder& recorder, const Softmax& op) {
    return forRowWindows(recorder.traits(), op.x, 1, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("softmax");
        kernel.constants = {rowGroupSize(recorder.traits(), op.x.stride / 4)};
        kernel.setPush(Push{static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(op.x.columns),
                            static_cast<std::uint32_t>(op.x.stride / 4)});
        kernel.tensors = {rowsOf(op.x, first, count), rowsOf(op.y, first, count)};
        kernel.setGroups(count);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp softmax = vulkanOp<Softmax, record>();

}  // namespace lemnos::vulkan_ops
