// Kernels with one workgroup for every sample and group of a group norm.
#pragma once

#include "compute/ops/group_norm.h"
#include "compute/vulkan/row_windows.h"

namespace lemnos {

/// What these kernels are told of a window of samples.
struct GroupSweep {
    std::uint32_t samples, quads, width, groups, rowsPerSample, firstSample, statisticsStride;
};

/// Invocations for each sample and group: more where there is more to sweep. An error when lavapipe's loops would end
/// before they are through, after 65535 rounds.
template <class Op>
Result<std::uint32_t> groupSweepLanes(const KernelTraits& traits, const Op& op) {
    const std::int64_t quads = op.rowsPerSample * ((op.x.columns / op.groups + 6) / 4);
    const std::int64_t lanes = quads < 16 * traits.rowGroupSize ? traits.rowGroupSize : 256;
    if (quads / lanes > 32000)
        return Error{"Group norm over " + std::to_string(quads * 4) +
                     " numbers of a sample at once is too much; lower the picture size or raise the number of groups."};
    return static_cast<std::uint32_t>(lanes);
}

template <class Op>
GroupSweep groupSweep(const Op& op, std::int64_t firstRow, std::int64_t rows) {
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    return {u(rows / op.rowsPerSample),
            u(op.x.stride / 4),
            u(op.x.columns / op.groups),
            u(op.groups),
            u(op.rowsPerSample),
            u(firstRow / op.rowsPerSample),
            u(op.mean.stride)};
}

}  // namespace lemnos
