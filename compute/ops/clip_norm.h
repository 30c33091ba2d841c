// ClipNorm: scales an arena down to a largest norm; Pascanu et al. 2013, algorithm 1.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// x *= min(1, limit / |x|), |x| the square root of the sum of all squares.
struct ClipNorm {
    static constexpr const char* name = "clip_norm";
    Tensor x;  ///< one row
    double limit = 1;

    OpCost cost() const { return {0, 3 * bytesOf({x})}; }
    Status check() const { return opCheck(x && x.rows == 1 && limit > 0, name, "one row and a limit"); }
};

}  // namespace lemnos
