#include "compute/ops/group_norm.h"

#include "compute/vulkan/group_sweep.h"
#include "compute/vulkan/norms.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const GroupNorm& op) {
    struct Push {
        GroupSweep sweep;
        float epsilon;
    };
    TRY(const std::uint32_t lanes, groupSweepLanes(recorder.traits(), op));
    TRY_OK(
        forRowWindows(recorder.traits(), op.x, op.rowsPerSample, [&](std::int64_t first, std::int64_t count) -> Status {
            KernelCall kernel;
            kernel.shader = recorder.vectorShader("group_moments");
            kernel.constants = {lanes};
            kernel.setPush(Push{groupSweep(op, first, count), op.epsilon});
            kernel.tensors = {rowsOf(op.x, first, count), op.mean, op.inverse};
            kernel.setGroups(count / op.rowsPerSample * op.groups);
            return recorder.call(std::move(kernel));
        }));
    return recordNorm(recorder, {.x = op.x,
                                 .gamma = op.gamma,
                                 .beta = op.beta,
                                 .mean = op.mean,
                                 .inverse = op.inverse,
                                 .y = op.y,
                                 .groups = {op.rowsPerSample, op.x.columns / op.groups, true}});
}

}  // namespace

extern const VulkanOp group_norm = vulkanOp<GroupNorm, record>();

}  // namespace lemnos::vulkan_ops
