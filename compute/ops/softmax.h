// Softmax: turns each row into probabilities.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = exp(x[i][j] - max) / sum over k of exp(x[i][k] - max); y may be x.
struct Softmax {
    Tensor x, y;

    Status check() const {
        TRY_OK(opCheck(sameExtents(x, y), "softmax", "equal extents"));
        return {};
    }
};

}  // namespace lemnos
