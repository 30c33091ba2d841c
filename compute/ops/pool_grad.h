// PoolGrad: the gradient of Pool.
#pragma once

#include "compute/ops/pool.h"

namespace lemnos {

/// Max: dY goes to the first pixel of its window, row by row, that holds the largest value. Average: to all pixels of
/// the window in equal parts. [+ dX]
struct PoolGrad {
    static constexpr const char* name = "pool_grad";
    Tensor x, y;  ///< of Pool; null tensors for average
    Tensor dY, dX;
    ConvGeometry geometry;
    PoolKind kind = PoolKind::max;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({x, y, dY, dX})}; }
    Status check() const {
        TRY_OK(opCheck(geometry.valid() && geometry.isInput(dX) && geometry.isOutput(dY), name,
                       "tensors that fit the geometry"));
        return opCheck(kind == PoolKind::average || (geometry.isInput(x) && geometry.isOutput(y)), name,
                       "the values of the pooling");
    }
};

}  // namespace lemnos
