#include "compute/ops/softmax_cross_entropy.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, columns, quads, resultStride;
};

Status record(VulkanRecorder& recorder, const SoftmaxCrossEntropy& op) {
    KernelCall kernel;
    kernel.shader = recorder.vectorShader("softmax_cross_entropy");
    kernel.constants = {recorder.traits().rowGroupSize, op.dLogits ? 1u : 0u};
    kernel.setPush(Push{static_cast<std::uint32_t>(op.logits.rows), static_cast<std::uint32_t>(op.logits.columns),
                        static_cast<std::uint32_t>(op.logits.stride / 4),
                        static_cast<std::uint32_t>(op.results.stride)});
    // Without a gradient its binding is not written; it must still name some memory.
    kernel.tensors = {op.logits, op.labels, op.scalars, op.results, op.dLogits ? op.dLogits : op.results};
    kernel.setGroups(op.logits.rows);
    return recorder.call(std::move(kernel));
}

}  // namespace

extern const VulkanOp softmax_cross_entropy = vulkanOp<SoftmaxCrossEntropy, record>();

}  // namespace lemnos::vulkan_ops
