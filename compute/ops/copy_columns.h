// CopyColumns: a block of columns moved between matrices of different width: concatenation and its gradient.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][toColumn + j] = x[i][fromColumn + j] [+ what was there], j < count. Other columns of y stay as they are; when the
/// block ends at the last column of y, the padding behind it is written as zero.
struct CopyColumns {
    static constexpr const char* name = "copy_columns";
    Tensor x, y;
    std::int64_t fromColumn = 0, toColumn = 0, count = 0;
    bool accumulate = false;

    OpCost cost() const { return {0, 8.0 * double(count) * double(x.rows)}; }
    Status check() const {
        return opCheck(x && y && x.rows == y.rows && count > 0 && fromColumn >= 0 && toColumn >= 0 &&
                           fromColumn + count <= x.columns && toColumn + count <= y.columns,
                       name, "columns that exist in both");
    }
};

}  // namespace lemnos
