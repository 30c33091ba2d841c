// GroupNormGrad: the gradient of GroupNorm.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// With n = (x - mean) inverse: dBeta = column sum of dY; dGamma = column sum of dY n; and with q = gamma dY, over the
/// M elements of a sample and group: dX = inverse (q - sum q / M - n sum(q n) / M) [+ dX].
struct GroupNormGrad {
    static constexpr const char* name = "group_norm_grad";
    Tensor x, gamma, mean, inverse, dY;
    Tensor dX{};  ///< optional; may be dY when it does not accumulate
    Tensor dGamma, dBeta;
    std::int64_t rowsPerSample = 1, groups = 1;
    bool accumulate = false;         ///< adds to dX
    bool accumulateWeights = false;  ///< adds to dGamma and dBeta

    OpCost cost() const { return {0, 2 * bytesOf({x, dY}) + bytesOf({dX})}; }
    Status check() const {
        const auto row = [&](const Tensor& t) { return t && t.rows == 1 && t.columns == x.columns; };
        TRY_OK(opCheck(sameExtents(x, dY) && (!dX || sameExtents(x, dX)), name, "equal extents"));
        TRY_OK(opCheck(row(gamma) && row(dGamma) && row(dBeta), name, "a row each"));
        return opCheck(rowsPerSample > 0 && groups > 0 && x.rows % rowsPerSample == 0 && x.columns % groups == 0 &&
                           mean && mean.rows == x.rows / rowsPerSample && mean.columns == groups &&
                           sameExtents(mean, inverse),
                       name, "statistics per sample and group");
    }
};

}  // namespace lemnos
