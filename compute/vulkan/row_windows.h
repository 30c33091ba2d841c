// Parts of a matrix that are short enough to be bound.
#pragma once

#include <bit>
#include <numeric>

#include "compute/vulkan/vulkan_op.h"

namespace lemnos {

/// Rows [first, first + count); nothing of nothing.
inline Tensor rowsOf(Tensor tensor, std::int64_t first, std::int64_t count) {
    if (!tensor) return tensor;
    tensor.offsetBytes += first * tensor.stride * elementBytes(tensor.type);
    tensor.rows = count;
    return tensor;
}

/// How many rows of a float matrix may be bound at once, in whole units of `unitRows`, so that every window begins
/// where a tensor may begin.
inline std::int64_t rowsPerWindow(const KernelTraits& traits, const Tensor& tensor, std::int64_t unitRows = 1) {
    const std::int64_t longest =
        traits.texelLoads ? std::min(traits.maxBindingBytes, traits.maxTexelBytes * 4) : traits.maxBindingBytes;
    const std::int64_t unitBytes = unitRows * tensor.stride * elementBytes(tensor.type);
    const std::int64_t units = tensorAlignmentBytes / std::gcd(unitBytes, tensorAlignmentBytes);
    return std::max<std::int64_t>(longest / (units * unitBytes), 1) * units * unitRows;
}

/// Invocations for kernels with one workgroup per row of `quads` vec4: no more than there is work for.
inline std::uint32_t rowGroupSize(const KernelTraits& traits, std::int64_t quads) {
    return std::min(traits.rowGroupSize, std::bit_ceil(static_cast<std::uint32_t>(quads)));
}

/// Calls `record(first, count)` for windows of rows.
template <class Record>
Status forRowWindows(const KernelTraits& traits, const Tensor& tensor, std::int64_t unitRows, Record record) {
    const std::int64_t longest = rowsPerWindow(traits, tensor, unitRows);
    for (std::int64_t first = 0; first < tensor.rows; first += longest)
        TRY_OK(record(first, std::min(longest, tensor.rows - first)));
    return {};
}

}  // namespace lemnos
