#include "compute/vulkan/ops/arena_support.h"

#include <algorithm>

namespace lemnos {
namespace {

struct Push {
    std::uint32_t n;
};

}  // namespace

Result<Tensor> squareSums(VulkanRecorder& recorder, const Tensor& arena) {
    const KernelTraits& traits = recorder.traits();
    // Enough workgroups to keep memory busy; few where each of them costs. The sums of a window begin at a multiple of
    // tensorAlignmentBytes.
    const std::uint32_t groupSize = traits.texelLoads ? traits.rowGroupSize : 256;
    const std::int64_t most = traits.texelLoads ? 64 : 1024, quads = (arena.stride + 3) / 4;
    const std::int64_t groups = std::min(most, ((quads + groupSize - 1) / groupSize + 15) / 16 * 16);
    const std::int64_t longest = traits.maxBindingBytes / 4, windows = (arena.stride + longest - 1) / longest;
    TRY(const Tensor sums, recorder.scratch(windows * groups * 4));
    std::int64_t at = 0;
    TRY_OK(forWindows(traits, arena, [&](std::int64_t first, std::int64_t count) -> Status {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("square_sum");
        kernel.constants = {groupSize};
        kernel.setPush(Push{static_cast<std::uint32_t>(count / 4)});
        kernel.tensors = {window(arena, first, count), window(sums, at, groups * 4)};
        kernel.groups[0] = static_cast<std::uint32_t>(groups);
        at += groups * 4;
        return recorder.call(std::move(kernel));
    }));
    return sums;
}

}  // namespace lemnos
