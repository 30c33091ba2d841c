// ActivateGrad: the gradient of Activate.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/op.h"

namespace lemnos {

/// dX = activation'(.) dY [+ dX]; `value` is the activation's result where gradientFromResult(kind), else its argument.
/// dX may be dY when it does not accumulate.
struct ActivateGrad {
    static constexpr const char* name = "activate_grad";
    Tensor value, dY, dX;
    Activation activation;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({value, dY, dX}) + (accumulate ? bytesOf({dX}) : 0)}; }
    Status check() const { return opCheck(sameExtents(value, dY) && sameExtents(value, dX), name, "equal extents"); }
};

}  // namespace lemnos
