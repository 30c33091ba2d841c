// Relu: what is negative becomes zero.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y = max(x, 0); y may be x.
struct Relu {
    Tensor x, y;

    Status check() const {
        TRY_OK(opCheck(sameExtents(x, y), "relu", "equal extents"));
        return {};
    }
};

}  // namespace lemnos
