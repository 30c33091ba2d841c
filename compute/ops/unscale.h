// Unscale: takes the loss scale of mixed precision back out of the gradients; Micikevicius et al. 2018, section 3.2.
#pragma once

#include "compute/ops/step.h"

#include "compute/ops/op.h"

namespace lemnos {

/// x *= scalars.inverseLossScale; where the sum of all squares was not finite before, because a gradient grew too large
/// for half precision, scalars.skip becomes 1.
struct Unscale {
    static constexpr const char* name = "unscale";
    Tensor x;        ///< one row
    Tensor scalars;  ///< StepScalars

    OpCost cost() const { return {0, 3 * bytesOf({x})}; }
    Status check() const { return opCheck(x && x.rows == 1 && scalars, name, "one row and scalars"); }
};

}  // namespace lemnos
