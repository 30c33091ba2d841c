// ColumnSum: the sum of each column, the gradient of a bias.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// sum[0][j] = sum over i of x[i][j].
struct ColumnSum {
    Tensor x, sum;  ///< sum is 1 x columns of x

    Status check() const {
        TRY_OK(opCheck(x && sum && sum.rows == 1 && sum.columns == x.columns, "column_sum", "a sum as wide as x"));
        return {};
    }
};

}  // namespace lemnos
