#include "compute/ops/batch_norm.h"

#include <algorithm>

#include "compute/vulkan/norms.h"
#include "compute/vulkan/ops/flat_support.h"
#include "compute/vulkan/row_windows.h"

namespace lemnos::vulkan_ops {
namespace {

std::uint32_t u(std::int64_t n) {
    return static_cast<std::uint32_t>(n);
}

Status recordMoments(VulkanRecorder& recorder, const BatchNorm& op) {
    struct MomentsPush {
        std::uint32_t rows, quads, chunks, first, second;
    };
    struct CombinePush {
        std::uint32_t rows, columns, quads, chunks, windowRows, parts, second;
        float momentum, epsilon;
    };
    const KernelTraits& traits = recorder.traits();
    const std::int64_t quads = op.x.stride / 4;
    const std::int64_t windowRows = std::min(rowsPerWindow(traits, op.x), op.x.rows);
    const std::int64_t chunks = columnChunks(traits, quads, windowRows, 16);
    const std::int64_t parts = (op.x.rows + windowRows - 1) / windowRows * chunks;
    TRY(const Tensor partials, recorder.scratch(parts * quads * 8));
    std::int64_t firstPart = 0;
    TRY_OK(forRowWindows(traits, op.x, 1, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("column_moments");
        kernel.setPush(MomentsPush{u(count), u(quads), u(chunks), u(firstPart * quads), u(parts * quads)});
        kernel.tensors = {rowsOf(op.x, first, count), partials};
        flatGrid(kernel, traits, chunks * quads);
        firstPart += chunks;
        return recorder.call(std::move(kernel));
    }));

    KernelCall kernel;
    kernel.shader = recorder.vectorShader("batch_moments");
    kernel.constants = {traits.rowGroupSize};
    kernel.setPush(CombinePush{u(op.x.rows), u(op.x.columns), u(quads), u(chunks), u(windowRows), u(parts),
                               u(parts * quads), op.momentum, op.epsilon});
    kernel.tensors = {partials,   op.runningMean, op.runningVariance, op.mean,
                      op.inverse, op.runningMean, op.runningVariance};
    kernel.setGroups(quads);
    return recorder.call(std::move(kernel));
}

Status record(VulkanRecorder& recorder, const BatchNorm& op) {
    if (op.statistics == BatchNorm::Statistics::ofBatch) TRY_OK(recordMoments(recorder, op));
    const bool running = op.statistics == BatchNorm::Statistics::running;
    return recordNorm(recorder, {.x = op.x,
                                 .gamma = op.gamma,
                                 .beta = op.beta,
                                 .mean = running ? op.runningMean : op.mean,
                                 .inverse = running ? op.runningVariance : op.inverse,
                                 .y = op.y,
                                 .groups = {},
                                 .variance = running,
                                 .epsilon = op.epsilon,
                                 .activation = op.activation});
}

}  // namespace

extern const VulkanOp batch_norm = vulkanOp<BatchNorm, record>();

}  // namespace lemnos::vulkan_ops
