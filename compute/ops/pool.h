// Pool: the largest or the mean value of each window of pixels.
#pragma once

#include "compute/ops/conv_geometry.h"

namespace lemnos {

enum class PoolKind : std::uint32_t { max, average };

/// y[n, oy, ox, c] = max or mean of x[n, ., ., c] over the pixels of the window that exist; geometry as of a depthwise
/// convolution (dilation 1). Every window holds at least one pixel.
struct Pool {
    static constexpr const char* name = "pool";
    Tensor x, y;
    ConvGeometry geometry;
    PoolKind kind = PoolKind::max;

    OpCost cost() const { return {0, bytesOf({x, y})}; }
    Status check() const {
        return opCheck(geometry.valid() && geometry.isInput(x) && geometry.isOutput(y) &&
                           geometry.inChannels == geometry.outChannels,
                       name, "tensors that fit the geometry");
    }
};

}  // namespace lemnos
