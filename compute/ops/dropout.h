// Dropout: sets random elements to zero and scales the rest up; the same op is its own gradient.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y = keep ? x / (1 - rate) : 0, keep by philox(seed, epoch, sample, layer, column / 4), Srivastava et al. 2014
/// ("inverted"). Row i uses sampleIndices[i]: the mask of a sample depends neither on the batch nor on the device. y
/// may be x.
struct Dropout {
    Tensor x, y;
    double rate = 0;  ///< 0 <= rate < 1
    std::uint32_t layer = 0;
    Tensor scalars;        ///< StepScalars
    Tensor sampleIndices;  ///< rows of uint32

    Status check() const {
        TRY_OK(opCheck(sameExtents(x, y), "dropout", "equal extents"));
        TRY_OK(opCheck(rate >= 0 && rate < 1, "dropout", "a rate from 0 to below 1"));
        TRY_OK(
            opCheck(scalars && sampleIndices && sampleIndices.columns == x.rows, "dropout", "a sample index per row"));
        return {};
    }
};

}  // namespace lemnos
