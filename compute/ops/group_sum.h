// GroupSum: sums over groups of rows, such as the pixels of a sample: global average pooling, and what a factor per
// sample gets as its gradient.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[s][j] = scale x sum over the rows i of group s of a[i][j] (b[i][j]) [+ y[s][j]]; groups are equal runs of rows(a)
/// / rows(y) rows.
struct GroupSum {
    static constexpr const char* name = "group_sum";
    Tensor a;
    Tensor b{};  ///< optional, like a: sums products
    Tensor y;
    float scale = 1;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({a, b, y})}; }
    Status check() const {
        TRY_OK(opCheck(a && y && y.stride == a.stride && y.rows > 0 && a.rows % y.rows == 0, name,
                       "equal groups of rows"));
        return opCheck(!b || sameExtents(a, b), name, "factors of equal extents");
    }
};

}  // namespace lemnos
