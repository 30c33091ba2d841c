// Softmax: turns each row into probabilities.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = exp(x[i][j] - max) / sum over k of exp(x[i][k] - max); y may be x.
struct Softmax {
    static constexpr const char* name = "softmax";
    Tensor x, y;

    OpCost cost() const { return {0, bytesOf({x, y})}; }
    Status check() const { return opCheck(sameExtents(x, y), name, "equal extents"); }
};

}  // namespace lemnos
