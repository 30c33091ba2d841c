// Ema: the exponential moving average of a whole arena.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// average = decay average + (1 - decay) x.
struct Ema {
    static constexpr const char* name = "ema";
    Tensor x, average;  ///< equal extents, one row
    double decay = 0.999;

    OpCost cost() const { return {0, bytesOf({x}) + 2 * bytesOf({average})}; }
    Status check() const {
        return opCheck(x.rows == 1 && sameExtents(x, average) && decay >= 0 && decay < 1, name,
                       "rows of equal extents");
    }
};

}  // namespace lemnos
