// Sgd: stochastic gradient descent with momentum (Sutskever et al. 2013), over a whole arena in one pass.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// u = momentum u + g; w -= rate u, or with Nesterov w -= rate (g + momentum u).
struct Sgd {
    Tensor weights, gradients, velocity;  ///< equal extents, one row
    double momentum = 0.9;
    bool nesterov = false;
    Tensor scalars;  ///< StepScalars

    Status check() const {
        TRY_OK(opCheck(sameExtents(weights, gradients) && sameExtents(weights, velocity), "sgd", "equal extents"));
        TRY_OK(opCheck(weights.rows == 1 && scalars, "sgd", "one row and the step scalars"));
        return {};
    }
};

}  // namespace lemnos
