// RmsProp: the optimizer of Tieleman & Hinton 2012 (lecture 6e), over an arena in one pass.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// g += decay w; v = rho v + (1 - rho) g^2; u = momentum u + g / (sqrt(v) + epsilon); w -= rate u.
struct RmsProp {
    static constexpr const char* name = "rms_prop";
    Tensor weights, gradients, v, velocity;  ///< equal extents, one row
    double rho = 0.9, momentum = 0, epsilon = 1e-7, decay = 0;
    double rateFactor = 1;  ///< of StepScalars::learningRate
    Tensor scalars;         ///< StepScalars

    OpCost cost() const { return {0, 2 * bytesOf({weights, v, velocity}) + bytesOf({gradients})}; }
    Status check() const {
        return opCheck(weights.rows == 1 && scalars && sameExtents(weights, gradients) && sameExtents(weights, v) &&
                           sameExtents(weights, velocity),
                       name, "arenas of equal extents and the step scalars");
    }
};

}  // namespace lemnos
