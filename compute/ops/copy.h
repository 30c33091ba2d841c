// Copy: the same bytes elsewhere, also between device and mapped memory.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// to = from; the sizes in bytes are equal.
struct Copy {
    Tensor from, to;

    Status check() const {
        TRY_OK(opCheck(from && to && from.sizeBytes() == to.sizeBytes(), "copy", "equal sizes"));
        return {};
    }
};

}  // namespace lemnos
