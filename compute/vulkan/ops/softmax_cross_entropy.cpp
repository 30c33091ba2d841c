#include "compute/ops/softmax_cross_entropy.h"

#include "compute/vulkan/row_windows.h"

namespace lemnos::vulkan_ops {
namespace {

struct Push {
    std::uint32_t rows, columns, quads, resultStride, firstRow, allRows;
    float smoothing, focal;
};

Status record(VulkanRecorder& recorder, const SoftmaxCrossEntropy& op) {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    return forRowWindows(recorder.traits(), op.logits, 1, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("softmax_cross_entropy");
        kernel.constants = {rowGroupSize(recorder.traits(), op.logits.stride / 4), op.dLogits ? 1u : 0u,
                            op.otherLabels ? 1u : 0u, op.classWeights ? 1u : 0u, op.focal > 0 ? 1u : 0u};
        kernel.setPush(Push{u(count), u(op.logits.columns), u(op.logits.stride / 4), u(op.results.stride), u(first),
                            u(op.logits.rows), op.smoothing, op.focal});
        // What is not there is not used; its binding must still name some memory.
        const Tensor logits = rowsOf(op.logits, first, count);
        kernel.tensors = {logits,
                          op.labels,
                          op.scalars,
                          op.results,
                          op.dLogits ? rowsOf(op.dLogits, first, count) : op.results,
                          op.otherLabels ? op.otherLabels : op.labels,
                          op.otherLabels ? op.labelShare : op.labels,
                          op.classWeights ? op.classWeights : logits};
        kernel.setGroups(count);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp softmax_cross_entropy = vulkanOp<SoftmaxCrossEntropy, record>();

}  // namespace lemnos::vulkan_ops
