// MaxNorm: no column of a weight longer than a limit; Srivastava et al. 2014, section 5.1.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// w[.][j] *= min(1, limit / |w[.][j]|), the norm over all rows.
struct MaxNorm {
    static constexpr const char* name = "max_norm";
    Tensor weights;
    double limit = 3;

    OpCost cost() const { return {0, 3 * bytesOf({weights})}; }
    Status check() const { return opCheck(weights && limit > 0, name, "a weight and a limit"); }
};

}  // namespace lemnos
