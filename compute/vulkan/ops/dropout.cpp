#include "compute/ops/dropout.h"

#include "compute/random.h"
#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n, quads, layer, threshold;
    float scale;
};

Status record(VulkanRecorder& recorder, const Dropout& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("dropout");
    kernel.setPush(Push{static_cast<std::uint32_t>(quadsOf(op.x)), static_cast<std::uint32_t>(op.x.stride / 4),
                        op.layer, dropoutThreshold(op.rate), static_cast<float>(1.0 / (1.0 - op.rate))});
    kernel.tensors = {op.x, op.y, op.scalars, op.sampleIndices};
    flatGrid(kernel, recorder.traits(), quadsOf(op.x));
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp dropout = vulkanOp<Dropout, record>();

}  // namespace lemnos::vulkan_ops
