#include "compute/ops/batch_norm_grad.h"

#include "compute/vulkan/norms.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const BatchNormGrad& op) {
    const NormGradPass pass{.x = op.x,
                            .gamma = op.gamma,
                            .mean = op.mean,
                            .inverse = op.inverse,
                            .y = op.y,
                            .dY = op.dY,
                            .dX = op.dX,
                            .dGamma = op.dGamma,
                            .dBeta = op.dBeta,
                            .groups = {},
                            .variance = op.running,
                            .constant = op.running,
                            .epsilon = op.epsilon,
                            .activation = op.activation,
                            .accumulate = op.accumulate,
                            .accumulateWeights = op.accumulateWeights};
    if (!op.dX) return recordNormGradWeights(recorder, pass, {});
    TRY(const Tensor means, recorder.scratch(2 * op.x.stride));
    TRY_OK(recordNormGradWeights(recorder, pass, means));
    return recordNormGrad(recorder, pass, means);
}

}  // namespace

extern const VulkanOp batch_norm_grad = vulkanOp<BatchNormGrad, record>();

}  // namespace lemnos::vulkan_ops
