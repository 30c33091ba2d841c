// Sgd: stochastic gradient descent with momentum (Sutskever et al. 2013), over an arena in one pass.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// g += decay w; u = momentum u + g; w -= rate u, or with Nesterov w -= rate (g + momentum u).
struct Sgd {
    static constexpr const char* name = "sgd";
    Tensor weights, gradients, velocity;  ///< equal extents, one row
    double momentum = 0.9;
    bool nesterov = false;
    double decay = 0;
    double rateFactor = 1;  ///< of StepScalars::learningRate
    Tensor scalars;         ///< StepScalars

    OpCost cost() const { return {0, 2 * bytesOf({weights, velocity}) + bytesOf({gradients})}; }
    Status check() const {
        return opCheck(
            weights.rows == 1 && scalars && sameExtents(weights, gradients) && sameExtents(weights, velocity), name,
            "arenas of equal extents and the step scalars");
    }
};

}  // namespace lemnos
