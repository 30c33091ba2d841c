// What the examples of the optimizers' ops have in common.
#pragma once

#include <cmath>

#include "compute/reference/reference_op.h"

namespace lemnos {

/// Lengths of arenas: within one vec4, not a multiple of one, over one workgroup and over one block of the processor.
constexpr std::int64_t arenaLengths[] = {1, 3, 4, 17, 1027, 40001};

/// The step scalars of step `step` with a learning rate and the bias corrections of Adam (Kingma & Ba 2015, algorithm
/// 1).
inline Tensor optimizerScalars(OpTrial& trial, double rate, int step = 3, double beta1 = 0.9, double beta2 = 0.999) {
    StepScalars scalars;
    scalars.learningRate = static_cast<float>(rate);
    scalars.optimizer[0] = static_cast<float>(1 / (1 - std::pow(beta1, step)));
    scalars.optimizer[1] = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step)));
    return trial.scalars(scalars);
}

/// Whether this step's update is left out.
inline bool isSkipped(const Tensor& scalars) {
    return hostData<StepScalars>(scalars)->skip != 0;
}

/// The learning rate of a stretch, times its factor.
inline double rateOf(const Tensor& scalars, double factor) {
    return static_cast<double>(hostData<StepScalars>(scalars)->learningRate) * factor;
}

}  // namespace lemnos
