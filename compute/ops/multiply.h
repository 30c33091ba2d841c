// Multiply: the product of two values, element by element, or of a value with one row per group of rows.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = a[i][j] b[i / g][j] [+ y[i][j]] with g = rows(a) / rows(b), so that b is as large as a or has one row per
/// sample (squeeze-excite). y may be a when it does not accumulate.
struct Multiply {
    static constexpr const char* name = "multiply";
    Tensor a, b, y;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({a, b, y}) + (accumulate ? bytesOf({y}) : 0)}; }
    Status check() const {
        return opCheck(sameExtents(a, y) && b && b.stride == a.stride && b.rows > 0 && a.rows % b.rows == 0, name,
                       "equal extents, or a row of b per group of rows of a");
    }
};

}  // namespace lemnos
