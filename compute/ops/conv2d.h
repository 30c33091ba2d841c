// Conv2d: two-dimensional convolution (cross-correlation, as in all deep learning).
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/conv_geometry.h"

namespace lemnos {

/// y[n, oy, ox, o] = activation(bias[o] + sum over ky, kx, c of x[n, oy sH - pT + ky dH, ox sW - pL + kx dW, g C + c]
/// w[ky, kx, c, o]), g being the group of o and C the channels of a group.
struct Conv2d {
    static constexpr const char* name = "conv2d";
    Tensor x, weights, y;
    ConvGeometry geometry;
    Tensor bias{};  ///< optional, 1 x output channels
    Activation activation{};

    OpCost cost() const { return {geometry.multiplyAdds(), bytesOf({x, weights, y})}; }
    Status check() const {
        TRY_OK(opCheck(geometry.valid(), name, "a valid geometry"));
        TRY_OK(opCheck(geometry.isInput(x) && geometry.isWeight(weights) && geometry.isOutput(y), name,
                       "tensors that fit the geometry"));
        return opCheck(!bias || (bias.rows == 1 && bias.columns == geometry.outChannels), name, "a bias per channel");
    }
};

}  // namespace lemnos
