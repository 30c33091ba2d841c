// Add: the sum of two values, element by element.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/op.h"

namespace lemnos {

/// y = activation(a + b); y may be a or b.
struct Add {
    static constexpr const char* name = "add";
    Tensor a, b, y;
    Activation activation{};

    OpCost cost() const { return {0, bytesOf({a, b, y})}; }
    Status check() const { return opCheck(sameExtents(a, b) && sameExtents(a, y), name, "equal extents"); }
};

}  // namespace lemnos
