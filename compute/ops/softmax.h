// Softmax: turns each row into probabilities.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = exp(x[i][j] - max) / sum over k of exp(x[i][k] - max); y may be x. y may be float32 where x is float16.
struct Softmax {
    static constexpr const char* name = "softmax";
    Tensor x, y;

    OpCost cost() const { return {0, bytesOf({x, y})}; }
    Status check() const {
        return opCheck(x && y && x.rows == y.rows && x.columns == y.columns, name, "equal extents");
    }
};

}  // namespace lemnos
