#include "compute/ops/max_norm.h"

#include <algorithm>

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct SquaresPush {
    std::uint32_t rows, quads, rowsPerPart, firstPart, n;
};

struct FactorsPush {
    std::uint32_t parts, quads;
    float limit;
};

struct ScalePush {
    std::uint32_t n, quads;
};

std::uint32_t u(std::int64_t n) {
    return static_cast<std::uint32_t>(n);
}

/// Calls `use(rows)` for stretches of whole rows that are short enough to be bound and begin where a binding may.
template <class Use>
Status forRows(const KernelTraits& traits, const Tensor& t, Use use) {
    const std::int64_t most = std::max<std::int64_t>(traits.maxBindingBytes / (t.stride * 4) / 64 * 64, 64);
    for (std::int64_t first = 0; first < t.rows; first += most) {
        Tensor rows = t;
        rows.offsetBytes += first * t.stride * 4;
        rows.rows = std::min(most, t.rows - first);
        TRY_OK(use(rows));
    }
    return {};
}

Status record(VulkanRecorder& recorder, const MaxNorm& op) {
    const KernelTraits& traits = recorder.traits();
    const std::int64_t quads = op.weights.stride / 4, perPart = std::max<std::int64_t>(64, op.weights.rows / 256);
    const auto partsOf = [&](const Tensor& rows) { return (rows.rows + perPart - 1) / perPart; };
    std::int64_t parts = 0;
    TRY_OK(forRows(traits, op.weights, [&](const Tensor& rows) -> Status {
        parts += partsOf(rows);
        return {};
    }));
    TRY(const Tensor squares, recorder.scratch(parts * quads * 4));
    TRY(const Tensor factors, recorder.scratch(quads * 4));

    std::int64_t firstPart = 0;
    TRY_OK(forRows(traits, op.weights, [&](const Tensor& rows) -> Status {
        const std::int64_t n = partsOf(rows) * quads;
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("max_norm_squares");
        kernel.setPush(SquaresPush{u(rows.rows), u(quads), u(perPart), u(firstPart), u(n)});
        kernel.tensors = {rows, squares};
        flatGrid(kernel, traits, n);
        firstPart += partsOf(rows);
        return recorder.call(std::move(kernel));
    }));

    KernelCall kernel;
    kernel.shader = recorder.vectorShader("max_norm_factors");
    kernel.setPush(FactorsPush{u(parts), u(quads), static_cast<float>(op.limit)});
    kernel.tensors = {squares, factors};
    flatGrid(kernel, traits, quads);
    TRY_OK(recorder.call(std::move(kernel)));

    return forRows(traits, op.weights, [&](const Tensor& rows) -> Status {
        KernelCall scale;
        scale.shader = recorder.vectorShader("max_norm");
        scale.setPush(ScalePush{u(quadsOf(rows)), u(quads)});
        scale.tensors = {rows, factors, rows};
        flatGrid(scale, traits, quadsOf(rows));
        return recorder.call(std::move(scale));
    });
}

}  // namespace

extern const VulkanOp max_norm = vulkanOp<MaxNorm, record>();

}  // namespace lemnos::vulkan_ops
