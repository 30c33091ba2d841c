// GroupNorm: groups of columns to mean 0 and variance 1 within each sample; Wu & He 2018. With one row per sample and
// one group it is layer norm over the last axis (Ba et al. 2016).
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y = gamma (x - mean) inverse + beta, gamma and beta per column; mean and inverse = 1 / sqrt(variance + epsilon) over
/// the rows of a sample and the columns of a group.
struct GroupNorm {
    static constexpr const char* name = "group_norm";
    Tensor x, gamma, beta, y;
    Tensor mean, inverse;  ///< samples x groups
    std::int64_t rowsPerSample = 1, groups = 1;
    float epsilon = 1e-5f;

    OpCost cost() const { return {0, 2 * bytesOf({x}) + bytesOf({y})}; }
    Status check() const {
        TRY_OK(opCheck(sameExtents(x, y) && gamma && gamma.rows == 1 && gamma.columns == x.columns && beta &&
                           beta.rows == 1 && beta.columns == x.columns,
                       name, "equal extents and a row each"));
        return opCheck(rowsPerSample > 0 && groups > 0 && x.rows % rowsPerSample == 0 && x.columns % groups == 0 &&
                           mean && mean.rows == x.rows / rowsPerSample && mean.columns == groups &&
                           sameExtents(mean, inverse),
                       name, "statistics per sample and group");
    }
};

}  // namespace lemnos
