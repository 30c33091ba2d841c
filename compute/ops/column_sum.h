// ColumnSum: the sum of each column, the gradient of a bias.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// sum[0][j] = sum over i of x[i][j] [+ sum[0][j]].
struct ColumnSum {
    static constexpr const char* name = "column_sum";
    Tensor x, sum;  ///< sum is 1 x columns of x
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({x, sum})}; }
    Status check() const {
        return opCheck(x && sum && sum.rows == 1 && sum.columns == x.columns, name, "a sum as wide as x");
    }
};

}  // namespace lemnos
