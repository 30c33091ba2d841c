// Repack: the same numbers in rows of another length: what flattening a picture means when its rows have padding.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// Element n of y, counted row by row without padding, is element n of x [+ what was there]. One of the two row counts
/// is a multiple of the other.
struct Repack {
    static constexpr const char* name = "repack";
    Tensor x, y;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({x, y})}; }
    Status check() const {
        return opCheck(
            x && y && x.rows * x.columns == y.rows * y.columns && (x.rows % y.rows == 0 || y.rows % x.rows == 0), name,
            "equal numbers of elements");
    }
};

}  // namespace lemnos
