// Gemm: C = activation(op(A) op(B) [+ bias] [+ C]), op being the matrix itself or its transpose.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/op.h"

namespace lemnos {

/// C is rows x columns; op(A) is rows x depth, op(B) depth x columns; bias has one row, added to every row of C.
/// At most one of A and B is transposed.
struct Gemm {
    static constexpr const char* name = "gemm";
    Tensor a, b, c;
    bool transposeA = false;  ///< A is stored depth x rows
    bool transposeB = false;  ///< B is stored columns x depth
    Tensor bias{};            ///< optional, 1 x columns
    bool accumulate = false;  ///< adds to what C holds
    Activation activation{};

    std::int64_t depth() const { return transposeA ? a.rows : a.columns; }
    /// Multiply-adds.
    std::int64_t multiplyAdds() const { return c.rows * c.columns * depth(); }
    OpCost cost() const { return {double(multiplyAdds()), bytesOf({a, b, c})}; }
    Status check() const;
};

}  // namespace lemnos
