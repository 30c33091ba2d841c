#include "compute/ops/dropout.h"

#include "compute/random.h"
#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n, first, layer, threshold;
    float scale;
};

Status record(VulkanRecorder& recorder, const Dropout& op) {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    return forWindows(recorder.traits(), op.y, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("dropout");
        kernel.constants = {0, static_cast<std::uint32_t>(op.unit), op.accumulate ? 1u : 0u, u(op.x.stride / 4),
                            u(op.rowsPerSample * op.x.stride / 4)};
        kernel.setPush(Push{u(count / 4), u(first / 4), op.layer, dropoutThreshold(op.rate),
                            static_cast<float>(1.0 / (1.0 - op.rate))});
        const Tensor y = window(op.y, first, count);
        kernel.tensors = {window(op.x, first, count), y, y, op.scalars, op.sampleIndices};
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp dropout = vulkanOp<Dropout, record>();

}  // namespace lemnos::vulkan_ops
