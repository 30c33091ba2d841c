#include "compute/ops/clip_norm.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct FactorPush {
    std::uint32_t n;
    float limit;
};

struct ScalePush {
    std::uint32_t n;
};

Status record(VulkanRecorder& recorder, const ClipNorm& op) {
    TRY(const Tensor sums, squareSums(recorder, op.x));
    TRY(const Tensor factor, recorder.scratch(4));
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("clip_norm_factor");
    kernel.constants = {recorder.traits().rowGroupSize};
    kernel.setPush(FactorPush{static_cast<std::uint32_t>(sums.stride / 4), static_cast<float>(op.limit)});
    kernel.tensors = {sums, factor};
    TRY_OK(recorder.call(std::move(kernel)));
    return overArenas(recorder, "clip_norm", ScalePush{}, {op.x, op.x}, {factor});
}

}  // namespace

extern const VulkanOp clip_norm = vulkanOp<ClipNorm, record>();

}  // namespace lemnos::vulkan_ops
