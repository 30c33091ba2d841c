// Adam: the optimizer of Kingma & Ba 2015 (algorithm 1), over an arena in one pass; also AdamW.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= rate (m c1) / (sqrt(v) c2 + epsilon), with
/// c1 = 1 / (1 - beta1^t) and c2 = 1 / sqrt(1 - beta2^t) in StepScalars::optimizer[0] and [1]. Decay: coupled adds
/// decay w to g first (L2); decoupled takes rate decay w off w first (Loshchilov & Hutter 2019, algorithm 2: AdamW).
struct Adam {
    static constexpr const char* name = "adam";
    Tensor weights, gradients, m, v;  ///< equal extents, one row
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
    double decay = 0;
    bool decoupled = false;
    double rateFactor = 1;  ///< of StepScalars::learningRate
    Tensor scalars;         ///< StepScalars

    OpCost cost() const { return {0, 2 * bytesOf({weights, m, v}) + bytesOf({gradients})}; }
    Status check() const {
        return opCheck(weights.rows == 1 && scalars && sameExtents(weights, gradients) && sameExtents(weights, m) &&
                           sameExtents(weights, v),
                       name, "arenas of equal extents and the step scalars");
    }
};

}  // namespace lemnos
