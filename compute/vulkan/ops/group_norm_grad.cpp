#include "compute/ops/group_norm_grad.h"

#include "compute/vulkan/group_sweep.h"
#include "compute/vulkan/norms.h"

namespace lemnos::vulkan_ops {
namespace {

/// The means of q and of q n for every sample and group.
Status recordMeans(VulkanRecorder& recorder, const GroupNormGrad& op, const Tensor& means) {
    struct Push {
        GroupSweep sweep;
        std::uint32_t second;
    };
    TRY(const std::uint32_t lanes, groupSweepLanes(recorder.traits(), op));
    return forRowWindows(recorder.traits(), op.x, op.rowsPerSample, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("group_norm_grad_means");
        kernel.constants = {lanes};
        kernel.setPush(Push{groupSweep(op, first, count), static_cast<std::uint32_t>(means.columns / 2)});
        kernel.tensors = {
            rowsOf(op.x, first, count), rowsOf(op.dY, first, count), op.gamma, op.mean, op.inverse, means};
        kernel.setGroups(count / op.rowsPerSample * op.groups);
        return recorder.call(std::move(kernel));
    });
}

Status record(VulkanRecorder& recorder, const GroupNormGrad& op) {
    const NormGradPass pass{.x = op.x,
                            .gamma = op.gamma,
                            .mean = op.mean,
                            .inverse = op.inverse,
                            .y = {},
                            .dY = op.dY,
                            .dX = op.dX,
                            .dGamma = op.dGamma,
                            .dBeta = op.dBeta,
                            .groups = {op.rowsPerSample, op.x.columns / op.groups, true},
                            .activation = {},
                            .accumulate = op.accumulate,
                            .accumulateWeights = op.accumulateWeights};
    TRY_OK(recordNormGradWeights(recorder, pass, {}));
    if (!op.dX) return {};
    TRY(const Tensor means, recorder.scratch(2 * op.mean.rows * op.mean.stride));
    TRY_OK(recordMeans(recorder, op, means));
    return recordNormGrad(recorder, pass, means);
}

}  // namespace

extern const VulkanOp group_norm_grad = vulkanOp<GroupNormGrad, record>();

}  // namespace lemnos::vulkan_ops
