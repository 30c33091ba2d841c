// BatchedGemm: many small matrix products at once, such as those of the heads of an attention.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// outer x inner matrices inside one tensor: element (o, i, row, column) lies `offset + o outerOffset + i innerOffset +
/// row stride + column` floats behind the tensor's beginning. Offsets are multiples of four.
struct MatrixBatch {
    Tensor tensor;
    std::int64_t rows = 0, columns = 0;  ///< of each matrix, as stored
    std::int64_t outerOffset = 0, innerOffset = 0, offset = 0;
};

/// C = scale op(A) op(B) [+ C] for every (o, i). At most one of A and B is transposed. Where the columns of C end
/// within a vec4 and the tensor of C has padding there, the padding is written as zero.
struct BatchedGemm {
    static constexpr const char* name = "batched_gemm";
    MatrixBatch a, b, c;
    std::int64_t outer = 1, inner = 1;
    bool transposeA = false, transposeB = false;
    float scale = 1;
    bool accumulate = false;

    std::int64_t depth() const { return transposeA ? a.rows : a.columns; }
    OpCost cost() const {
        const auto bytes = [](const MatrixBatch& m) {
            return double(m.rows * m.columns * elementBytes(m.tensor.type));
        };
        return {double(outer * inner) * double(c.rows * c.columns) * double(depth()),
                double(outer * inner) * (bytes(a) + bytes(b) + bytes(c))};
    }
    Status check() const {
        TRY_OK(opCheck(a.tensor && b.tensor && c.tensor && outer > 0 && inner > 0, name, "A, B and C"));
        TRY_OK(opCheck(!(transposeA && transposeB), name, "at most one transposed matrix"));
        TRY_OK(opCheck((transposeA ? a.columns : a.rows) == c.rows && (transposeB ? b.rows : b.columns) == c.columns &&
                           (transposeB ? b.columns : b.rows) == depth() && depth() > 0,
                       name, "fitting extents"));
        for (const MatrixBatch* m : {&a, &b, &c})
            TRY_OK(opCheck(m->offset % 4 == 0 && m->outerOffset % 4 == 0 && m->innerOffset % 4 == 0, name,
                           "offsets of whole vectors"));
        return {};
    }
};

}  // namespace lemnos
