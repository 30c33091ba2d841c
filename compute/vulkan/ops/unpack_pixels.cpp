#include "compute/ops/unpack_pixels.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    float mean[4], inverseDeviation[4];
    std::uint32_t n;
};

Status record(VulkanRecorder& recorder, const UnpackPixels& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("unpack_pixels");
    kernel.constants = {0, static_cast<std::uint32_t>(op.channels), static_cast<std::uint32_t>(op.y.columns)};
    Push push{{}, {}, static_cast<std::uint32_t>(quadsOf(op.y))};
    for (int c = 0; c < UnpackPixels::maxChannels; ++c) {
        push.mean[c] = op.mean[c];
        push.inverseDeviation[c] = 1 / op.deviation[c];
    }
    kernel.setPush(push);
    kernel.tensors = {op.pixels, op.y};
    flatGrid(kernel, recorder.traits(), quadsOf(op.y));
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp unpack_pixels = vulkanOp<UnpackPixels, record>();

}  // namespace lemnos::vulkan_ops
