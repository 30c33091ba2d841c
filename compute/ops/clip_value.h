// ClipValue: no element of an arena beyond a limit.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// x = min(max(x, -limit), limit).
struct ClipValue {
    static constexpr const char* name = "clip_value";
    Tensor x;  ///< one row
    double limit = 1;

    OpCost cost() const { return {0, 2 * bytesOf({x})}; }
    Status check() const { return opCheck(x && x.rows == 1 && limit > 0, name, "one row and a limit"); }
};

}  // namespace lemnos
