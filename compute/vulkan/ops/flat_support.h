// What the ops share that treat their tensors as flat arrays.
#pragma once

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

/// Calls `record(window)` for stretches of a one-row tensor that are short enough to be bound; a window is {first,
/// count} in elements.
template <class Record>
Status forWindows(const KernelTraits& traits, const Tensor& tensor, Record record) {
    const std::int64_t longest = traits.maxBindingBytes / elementBytes(tensor.type);
    for (std::int64_t first = 0; first < tensor.stride; first += longest)
        TRY_OK(record(first, std::min(longest, tensor.stride - first)));
    return {};
}

/// Part of a one-row tensor.
inline Tensor window(Tensor tensor, std::int64_t first, std::int64_t count) {
    tensor.offsetBytes += first * elementBytes(tensor.type);
    tensor.columns = tensor.stride = count;
    return tensor;
}

}  // namespace lemnos
