#include "compute/vulkan/norms.h"

#include <algorithm>

#include "compute/vulkan/ops/flat_support.h"
#include "compute/vulkan/row_windows.h"

namespace lemnos {
namespace {

std::uint32_t u(std::int64_t n) {
    return static_cast<std::uint32_t>(n);
}

/// Where the rows of a window are and what statistics they have; the same in all kernels here.
struct Rows {
    std::uint32_t rows, columns, quads, chunks, width, rowsPerSample, firstSample, statisticsStride;
};

Rows rowsFor(const Tensor& x, const NormGroups& groups, const Tensor& mean, std::int64_t first, std::int64_t count,
             std::int64_t chunks) {
    return {u(count),
            u(x.columns),
            u(x.stride / 4),
            u(chunks),
            u(groups.width),
            u(groups.rowsPerSample),
            u(first / groups.rowsPerSample),
            u(mean.stride)};
}

std::int64_t unitRows(const NormGroups& groups) {
    return groups.perSample ? groups.rowsPerSample : 1;
}

}  // namespace

std::int64_t columnChunks(const KernelTraits& traits, std::int64_t quads, std::int64_t rows, std::int64_t leastRows) {
    // Enough invocations to fill a large GPU; on a processor so many that what each begins with does not count.
    const std::int64_t invocations = traits.texelLoads ? 16384 : 131072;
    // Lavapipe ends loops silently after 65535 rounds.
    const std::int64_t least = (rows + 59999) / 60000;
    return std::max({least, std::min(invocations / quads, rows / leastRows), std::int64_t{1}});
}

Status recordNorm(VulkanRecorder& recorder, const NormPass& pass) {
    struct Push {
        Rows rows;
        float epsilon, alpha;
    };
    const std::int64_t quads = pass.x.stride / 4;
    return forRowWindows(recorder.traits(), pass.x, unitRows(pass.groups), [&](std::int64_t first, std::int64_t count) {
        const std::int64_t chunks = columnChunks(recorder.traits(), quads, count, 1);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("norm");
        kernel.constants = {0, pass.groups.perSample ? 1u : 0u, pass.variance ? 1u : 0u,
                            static_cast<std::uint32_t>(pass.activation.kind)};
        kernel.setPush(
            Push{rowsFor(pass.x, pass.groups, pass.mean, first, count, chunks), pass.epsilon, pass.activation.alpha});
        kernel.tensors = {rowsOf(pass.x, first, count), pass.gamma, pass.beta, pass.mean, pass.inverse,
                          rowsOf(pass.y, first, count)};
        flatGrid(kernel, recorder.traits(), chunks * quads);
        return recorder.call(std::move(kernel));
    });
}

Status recordNormGradWeights(VulkanRecorder& recorder, const NormGradPass& pass, const Tensor& means) {
    struct SumsPush {
        Rows rows;
        std::uint32_t first, second;
        float epsilon, alpha;
    };
    struct WeightsPush {
        std::uint32_t rows, quads, parts, second;
    };
    const KernelTraits& traits = recorder.traits();
    const std::int64_t quads = pass.x.stride / 4;
    const std::int64_t windowRows = std::min(rowsPerWindow(traits, pass.x, unitRows(pass.groups)), pass.x.rows);
    const std::int64_t chunks = columnChunks(traits, quads, windowRows, 16);
    const std::int64_t parts = (pass.x.rows + windowRows - 1) / windowRows * chunks;
    TRY(const Tensor partials, recorder.scratch(parts * quads * 8));
    std::int64_t firstPart = 0;
    TRY_OK(forRowWindows(traits, pass.x, unitRows(pass.groups), [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("norm_grad_sums");
        kernel.constants = {0, pass.groups.perSample ? 1u : 0u, pass.variance ? 1u : 0u,
                            static_cast<std::uint32_t>(pass.activation.kind)};
        kernel.setPush(SumsPush{rowsFor(pass.x, pass.groups, pass.mean, first, count, chunks), u(firstPart * quads),
                                u(parts * quads), pass.epsilon, pass.activation.alpha});
        const Tensor x = rowsOf(pass.x, first, count), dY = rowsOf(pass.dY, first, count);
        // Without an activation its result is not read; the binding must still name some memory.
        kernel.tensors = {x, dY, pass.activation ? rowsOf(pass.y, first, count) : x, pass.mean, pass.inverse, partials};
        flatGrid(kernel, traits, chunks * quads);
        firstPart += chunks;
        return recorder.call(std::move(kernel));
    }));

    KernelCall kernel;
    kernel.shader = recorder.vectorShader("norm_grad_weights");
    kernel.constants = {traits.rowGroupSize, pass.accumulateWeights ? 1u : 0u, means ? 1u : 0u,
                        pass.constant ? 1u : 0u};
    kernel.setPush(WeightsPush{u(pass.x.rows), u(quads), u(parts), u(parts * quads)});
    kernel.tensors = {
        partials, pass.gamma, pass.dGamma, pass.dBeta, pass.dGamma, pass.dBeta, means ? means : pass.dBeta};
    kernel.setGroups(quads);
    return recorder.call(std::move(kernel));
}

Status recordNormGrad(VulkanRecorder& recorder, const NormGradPass& pass, const Tensor& means) {
    struct Push {
        Rows rows;
        std::uint32_t second;
        float epsilon, alpha;
    };
    const std::int64_t quads = pass.x.stride / 4;
    return forRowWindows(recorder.traits(), pass.x, unitRows(pass.groups), [&](std::int64_t first, std::int64_t count) {
        const std::int64_t chunks = columnChunks(recorder.traits(), quads, count, 1);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("norm_grad");
        kernel.constants = {0, pass.groups.perSample ? 1u : 0u, pass.variance ? 1u : 0u,
                            static_cast<std::uint32_t>(pass.activation.kind), pass.accumulate ? 1u : 0u};
        kernel.setPush(Push{rowsFor(pass.x, pass.groups, pass.mean, first, count, chunks), u(means.columns / 2),
                            pass.epsilon, pass.activation.alpha});
        const Tensor x = rowsOf(pass.x, first, count), dX = rowsOf(pass.dX, first, count);
        // What is not read must still name some memory.
        kernel.tensors = {x,
                          rowsOf(pass.dY, first, count),
                          pass.activation ? rowsOf(pass.y, first, count) : x,
                          pass.accumulate ? dX : x,
                          pass.gamma,
                          pass.mean,
                          pass.inverse,
                          means,
                          dX};
        flatGrid(kernel, recorder.traits(), chunks * quads);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace lemnos
