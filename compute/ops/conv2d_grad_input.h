// Conv2dGradInput: the gradient of a convolution by its input.
#pragma once

#include "compute/ops/conv_geometry.h"

namespace lemnos {

/// dX[n, iy, ix, i] = sum of dY[n, oy, ox, o] w[ky, kx, c, o] over all (oy, ox, ky, kx, o) of which Conv2d multiplies
/// x[n, iy, ix, i] with w[ky, kx, c, o] [+ dX].
struct Conv2dGradInput {
    static constexpr const char* name = "conv2d_grad_input";
    Tensor dY, weights, dX;
    ConvGeometry geometry;
    bool accumulate = false;

    OpCost cost() const { return {geometry.multiplyAdds(), bytesOf({dX, weights, dY})}; }
    Status check() const {
        TRY_OK(opCheck(geometry.valid(), name, "a valid geometry"));
        return opCheck(geometry.isInput(dX) && geometry.isWeight(weights) && geometry.isOutput(dY), name,
                       "tensors that fit the geometry");
    }
};

}  // namespace lemnos
