// Activate: a function applied to every element.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/op.h"

namespace lemnos {

/// y = activation(x); y may be x. Padding stays zero, whatever the function gives for zero.
struct Activate {
    static constexpr const char* name = "activate";
    Tensor x, y;
    Activation activation;

    OpCost cost() const { return {0, bytesOf({x, y})}; }
    Status check() const { return opCheck(sameExtents(x, y), name, "equal extents"); }
};

}  // namespace lemnos
