// What the ops share that treat their tensors as flat arrays.
#pragma once

#include <algorithm>

#include "compute/vulkan/vulkan_op.h"

namespace lemnos {

/// Sets a grid of one invocation per vec4 for `quads` vec4, and constant 0 to the workgroup size that goes with it.
inline void flatGrid(KernelCall& kernel, const KernelTraits& traits, std::int64_t quads) {
    if (kernel.constants.empty()) kernel.constants.push_back(0);
    kernel.constants[0] = traits.flatGroupSize;
    kernel.setGroups((quads + traits.flatGroupSize - 1) / traits.flatGroupSize);
}

inline std::int64_t quadsOf(const Tensor& tensor) {
    return tensor.rows * tensor.stride / 4;
}

/// Bytes of a tensor that one dispatch takes: what can be bound, and on a GPU about 50 ms at the most.
inline std::int64_t windowBytes(const KernelTraits& traits) {
    constexpr std::int64_t soonDone = std::int64_t{512} << 20;
    const std::int64_t texels = traits.texelLoads ? traits.maxTexelBytes * 4 : soonDone;
    return std::min({traits.maxBindingBytes, texels, soonDone}) / tensorAlignmentBytes * tensorAlignmentBytes;
}

/// Calls `record(first, count)` for stretches of a tensor's elements, padding included, that are short enough to be
/// bound.
template <class Record>
Status forWindows(const KernelTraits& traits, const Tensor& tensor, Record record) {
    const std::int64_t longest = windowBytes(traits) / elementBytes(tensor.type), n = tensor.rows * tensor.stride;
    for (std::int64_t first = 0; first < n; first += longest) TRY_OK(record(first, std::min(longest, n - first)));
    return {};
}

/// A stretch of a tensor's elements, padding included, as one row.
inline Tensor window(Tensor tensor, std::int64_t first, std::int64_t count) {
    tensor.offsetBytes += first * elementBytes(tensor.type);
    tensor.rows = 1;
    tensor.columns = tensor.stride = count;
    return tensor;
}

/// Elements [first, end) of a tensor and some before them, because a tensor must begin at tensorAlignmentBytes.
struct Part {
    Tensor tensor;
    std::int64_t skipped;  ///< elements before the first that was asked for

    Part(const Tensor& whole, std::int64_t first, std::int64_t end)
        : skipped(first % (tensorAlignmentBytes / elementBytes(whole.type))) {
        tensor = window(whole, first - skipped, std::min(end, whole.rows * whole.stride) - first + skipped);
    }
};

}  // namespace lemnos
