// StepScalars: the numbers that change from step to step, read by ops from device memory so that recordings stay as
// they are.
#pragma once

#include <cstdint>

#include "compute/tensor.h"

namespace lemnos {

/// Mirrors shaders/include/step.glsl, std430.
struct StepScalars {
    std::uint32_t seedLow = 0, seedHigh = 0;  ///< keys random numbers, see compute/random.h
    std::uint32_t epoch = 0;
    float inverseCount = 0;  ///< loss scale / number of samples in the batch; scales gradients to the mean
    float learningRate = 0;
    float inverseLossScale = 1;  ///< what Unscale multiplies gradients by
    std::uint32_t skip = 0;      ///< not 0: optimizers leave weights and state as they are; set by Unscale
    float reserved = 0;
    float optimizer[4] = {};  ///< OptimizerType::scalars
};
static_assert(sizeof(StepScalars) == 48);

constexpr std::int64_t stepScalarColumns = sizeof(StepScalars) / 4;

}  // namespace lemnos
