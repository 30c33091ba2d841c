// The elementwise ops that end in an activation.
#pragma once

#include <bit>
#include <initializer_list>

#include "compute/ops/activation_kind.h"
#include "compute/vulkan/ops/flat_support.h"

namespace lemnos {

/// Records a shader with shaders/include/flat_activation.glsl that makes y of `inputs`.
inline Status recordFlatActivation(VulkanRecorder& recorder, const char* shader, const Activation& activation,
                                   std::initializer_list<Tensor> inputs, const Tensor& y) {
    struct Push {
        std::uint32_t n, first, quads, columns;
    };
    const bool masked = activation.kind == ActivationKind::sigmoid && y.columns < y.stride;
    return forWindows(recorder.traits(), y, [&](std::int64_t first, std::int64_t count) {
        KernelCall kernel;
        kernel.shader = recorder.vectorShader(shader);
        kernel.constants = {0, static_cast<std::uint32_t>(activation.kind),
                            std::bit_cast<std::uint32_t>(activation.alpha), masked ? 1u : 0u};
        kernel.setPush(Push{static_cast<std::uint32_t>(count / 4), static_cast<std::uint32_t>(first / 4),
                            static_cast<std::uint32_t>(y.stride / 4), static_cast<std::uint32_t>(y.columns)});
        for (const Tensor& input : inputs) kernel.tensors.push_back(window(input, first, count));
        kernel.tensors.push_back(window(y, first, count));
        flatGrid(kernel, recorder.traits(), count / 4);
        return recorder.call(std::move(kernel));
    });
}

}  // namespace lemnos
