// What the ops share that go over whole arenas, which may be longer than a binding.
#pragma once

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos {

/// Records an elementwise kernel over arenas of equal length, window by window. Its push constants begin with the
/// number of vec4; its bindings are those of `arenas` and then those of `whole`.
template <class Push>
Status overArenas(VulkanRecorder& recorder, const char* shader, Push push, const std::vector<Tensor>& arenas,
                  const std::vector<Tensor>& whole = {}, const std::vector<std::uint32_t>& constants = {}) {
    return forWindows(recorder.traits(), arenas[0], [&](std::int64_t first, std::int64_t count) -> Status {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader(shader);
        kernel.constants = constants;
        push.n = static_cast<std::uint32_t>(count / 4);
        kernel.setPush(push);
        for (const Tensor& arena : arenas) kernel.tensors.push_back(window(arena, first, count));
        kernel.tensors.insert(kernel.tensors.end(), whole.begin(), whole.end());
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

/// Records sums of squares of parts of an arena, one vec4 each, the sum in x. Their number and extents depend on the
/// length and the device alone, so the sum of them is always the same.
Result<Tensor> squareSums(VulkanRecorder& recorder, const Tensor& arena);

}  // namespace lemnos
