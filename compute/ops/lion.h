// Lion: the optimizer of Chen et al. 2023 ("Symbolic discovery of optimization algorithms", algorithm 2).
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// c = beta1 m + (1 - beta1) g; w -= rate (sign(c) + decay w); m = beta2 m + (1 - beta2) g.
struct Lion {
    static constexpr const char* name = "lion";
    Tensor weights, gradients, m;  ///< equal extents, one row
    double beta1 = 0.9, beta2 = 0.99, decay = 0;
    double rateFactor = 1;  ///< of StepScalars::learningRate
    Tensor scalars;         ///< StepScalars

    OpCost cost() const { return {0, 2 * bytesOf({weights, m}) + bytesOf({gradients})}; }
    Status check() const {
        return opCheck(weights.rows == 1 && scalars && sameExtents(weights, gradients) && sameExtents(weights, m), name,
                       "arenas of equal extents and the step scalars");
    }
};

}  // namespace lemnos
