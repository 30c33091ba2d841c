#include "compute/ops/unpack_pixels.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    float mean[4], inverseDeviation[4];
    std::uint32_t n, first, skipped, lastWord;
};

Status record(VulkanRecorder& recorder, const UnpackPixels& op) {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    Push push{};
    for (int c = 0; c < UnpackPixels::maxChannels; ++c) {
        push.mean[c] = op.mean[c];
        push.inverseDeviation[c] = 1 / op.deviation[c];
    }
    return forWindows(recorder.traits(), op.y, [&](std::int64_t first, std::int64_t count) {
        // The bytes of all rows that the window touches.
        const std::int64_t row = first / op.y.stride, end = (first + count - 1) / op.y.stride + 1;
        const std::int64_t byte = row * op.y.columns;
        const Part pixels(op.pixels, byte, end * op.y.columns);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("unpack_pixels");
        kernel.constants = {0, u(op.channels), u(op.y.columns)};
        push.n = u(count / 4);
        push.first = u(first / 4);
        push.skipped = u(byte - pixels.skipped);
        push.lastWord = u((pixels.tensor.sizeBytes() + 3) / 4 - 1);
        kernel.setPush(push);
        kernel.tensors = {pixels.tensor, window(op.y, first, count)};
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp unpack_pixels = vulkanOp<UnpackPixels, record>();

}  // namespace lemnos::vulkan_ops
