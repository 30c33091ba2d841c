// SoftmaxGrad: the gradient of Softmax, from its result.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// dX[i][j] = y[i][j] (dY[i][j] - sum over k of dY[i][k] y[i][k]).
struct SoftmaxGrad {
    Tensor y, dY, dX;

    Status check() const {
        TRY_OK(opCheck(sameExtents(y, dY) && sameExtents(y, dX), "softmax_grad", "equal extents"));
        return {};
    }
};

}  // namespace lemnos
