// Conv2dGradWeight: the gradient of a convolution by its weights.
#pragma once

#include "compute/ops/conv_geometry.h"

namespace lemnos {

/// dW[ky, kx, c, o] = sum over n, oy, ox of x[n, oy sH - pT + ky dH, ox sW - pL + kx dW, g C + c] dY[n, oy, ox, o]
/// [+ dW]. The gradient of the bias is ColumnSum of dY.
struct Conv2dGradWeight {
    static constexpr const char* name = "conv2d_grad_weight";
    Tensor x, dY, dWeights;
    ConvGeometry geometry;
    bool accumulate = false;

    OpCost cost() const { return {geometry.multiplyAdds(), bytesOf({x, dWeights, dY})}; }
    Status check() const {
        TRY_OK(opCheck(geometry.valid(), name, "a valid geometry"));
        return opCheck(geometry.isInput(x) && geometry.isWeight(dWeights) && geometry.isOutput(dY), name,
                       "tensors that fit the geometry");
    }
};

}  // namespace lemnos
