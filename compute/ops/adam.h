// Adam: the optimizer of Kingma & Ba 2015 (algorithm 1), over a whole arena in one pass.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= rate (m c1) / (sqrt(v) c2 + epsilon), with
/// c1 = 1 / (1 - beta1^t) and c2 = 1 / sqrt(1 - beta2^t) in StepScalars::optimizer[0] and [1].
struct Adam {
    Tensor weights, gradients, m, v;  ///< equal extents, one row
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
    Tensor scalars;  ///< StepScalars

    Status check() const {
        TRY_OK(opCheck(sameExtents(weights, gradients) && sameExtents(weights, m) && sameExtents(weights, v), "adam",
                       "equal extents"));
        TRY_OK(opCheck(weights.rows == 1 && scalars, "adam", "one row and the step scalars"));
        return {};
    }
};

}  // namespace lemnos
