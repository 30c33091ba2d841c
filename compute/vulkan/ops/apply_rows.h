// The ops that bring one row per group of rows to every row of the group.
#pragma once

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos {

enum class RowsMode : std::uint32_t { add, multiply, broadcast };  ///< as in shaders/apply_rows.comp

/// y = x + row, x row, or scale row [+ y]; without x in the last case.
inline Status recordApplyRows(VulkanRecorder& recorder, RowsMode mode, const Tensor& rows, const Tensor& x,
                              const Tensor& y, bool accumulate = false, float scale = 1) {
    struct Push {
        std::uint32_t n, first, rowsFirst;
        float scale;
    };
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    const std::int64_t group = y.rows / rows.rows * y.stride;  // elements
    return forWindows(recorder.traits(), y, [&](std::int64_t first, std::int64_t count) {
        const bool oneEach = group == y.stride;
        const Part part = oneEach ? Part(rows, first, first + count)
                                  : Part(rows, first / group * y.stride, ((first + count - 1) / group + 1) * y.stride);
        const std::int64_t rowsFirst = (oneEach ? first : first / group * y.stride) - part.skipped;
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("apply_rows");
        kernel.constants = {0, static_cast<std::uint32_t>(mode), accumulate ? 1u : 0u, 1, 1};
        if (!oneEach) {
            kernel.constants[3] = u(y.stride / 4);
            kernel.constants[4] = rows.rows == 1 ? 0 : u(group / 4);
        }
        kernel.setPush(Push{u(count / 4), u(first / 4), u(rowsFirst / 4), scale});
        const Tensor to = window(y, first, count);
        kernel.tensors = {part.tensor, x ? window(x, first, count) : to, to, to};
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace lemnos
