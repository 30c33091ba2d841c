// AddRow: one row added to every row, such as a position embedding to every sample.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = x[i][j] + row[0][j]; y may be x. The gradient of the row is ColumnSum.
struct AddRow {
    static constexpr const char* name = "add_row";
    Tensor x, row, y;

    OpCost cost() const { return {0, bytesOf({x, row, y})}; }
    Status check() const {
        return opCheck(sameExtents(x, y) && row && row.rows == 1 && row.stride == x.stride, name,
                       "equal extents and a row as wide");
    }
};

}  // namespace lemnos
