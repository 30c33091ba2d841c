// Copy: the same bytes elsewhere, also between device and mapped memory.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// to = from; the sizes in bytes are equal.
struct Copy {
    static constexpr const char* name = "copy";
    Tensor from, to;

    OpCost cost() const { return {0, bytesOf({from, to})}; }
    Status check() const { return opCheck(from && to && from.sizeBytes() == to.sizeBytes(), name, "equal sizes"); }
};

}  // namespace lemnos
