// SoftmaxGrad: the gradient of Softmax, from its result.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// dX[i][j] = y[i][j] (dY[i][j] - sum over k of dY[i][k] y[i][k]) [+ dX]; dX may be dY when it does not accumulate.
struct SoftmaxGrad {
    static constexpr const char* name = "softmax_grad";
    Tensor y, dY, dX;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({y, dY, dX})}; }
    Status check() const { return opCheck(sameExtents(y, dY) && sameExtents(y, dX), name, "equal extents"); }
};

}  // namespace lemnos
