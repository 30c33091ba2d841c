// Lamb: the optimizer of You et al. 2020 ("Large batch optimization for deep learning", algorithm 2) on one tensor.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// m and v as in Adam; u = (m c1) / (sqrt(v) c2 + epsilon) + decay w, c1 and c2 in StepScalars::optimizer[0] and [1];
/// w -= rate r u with r = |w| / |u|, or 1 where either norm is 0. `gradients` is overwritten with u.
struct Lamb {
    static constexpr const char* name = "lamb";
    Tensor weights, gradients, m, v;  ///< equal extents, one row: those of one weight
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-6, decay = 0;
    double rateFactor = 1;  ///< of StepScalars::learningRate
    Tensor scalars;         ///< StepScalars

    OpCost cost() const { return {0, 3 * bytesOf({weights, gradients}) + 2 * bytesOf({m, v})}; }
    Status check() const {
        return opCheck(weights.rows == 1 && scalars && sameExtents(weights, gradients) && sameExtents(weights, m) &&
                           sameExtents(weights, v),
                       name, "arenas of equal extents and the step scalars");
    }
};

}  // namespace lemnos
