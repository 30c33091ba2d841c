#include "compute/ops/unscale.h"

#include "compute/vulkan/ops/arena_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t n;
};

Status record(VulkanRecorder& recorder, const Unscale& op) {
    TRY(const Tensor sums, squareSums(recorder, op.x));
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("unscale_verdict");
    kernel.constants = {recorder.traits().rowGroupSize};
    kernel.setPush(Push{static_cast<std::uint32_t>(sums.stride / 4)});
    kernel.tensors = {sums, op.scalars};
    TRY_OK(recorder.call(std::move(kernel)));
    return overArenas(recorder, "unscale", Push{}, {op.x, op.x}, {op.scalars});
}

}  // namespace

extern const VulkanOp unscale = vulkanOp<Unscale, record>();

}  // namespace lemnos::vulkan_ops
