// ReluGrad: the gradient of Relu, from its result.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// dX = dY where y > 0, else 0; dX may be dY.
struct ReluGrad {
    Tensor y, dY, dX;

    Status check() const {
        TRY_OK(opCheck(sameExtents(y, dY) && sameExtents(y, dX), "relu_grad", "equal extents"));
        return {};
    }
};

}  // namespace lemnos
