// GroupBroadcast: every row of a group gets the group's row: the gradient of GroupSum.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = scale x x[i / g][j] [+ y[i][j]], g = rows(y) / rows(x). With g = 1 it copies, scales or adds up.
struct GroupBroadcast {
    static constexpr const char* name = "group_broadcast";
    Tensor x, y;
    float scale = 1;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({x, y}) + (accumulate ? bytesOf({y}) : 0)}; }
    Status check() const {
        return opCheck(x && y && x.stride == y.stride && x.columns == y.columns && x.rows > 0 && y.rows % x.rows == 0,
                       name, "equal groups of rows");
    }
};

}  // namespace lemnos
