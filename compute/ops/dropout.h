// Dropout: sets random elements to zero and scales the rest up; the same op is its own gradient.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// What is kept or dropped as one.
enum class DropoutUnit : std::uint32_t {
    element,  ///< Srivastava et al. 2014
    channel,  ///< a column of a sample: spatial dropout, Tompson et al. 2015
    sample,   ///< stochastic depth, Huang et al. 2016
};

/// y = keep ? x / (1 - rate) : 0 [+ y]. Sample s has `rowsPerSample` rows and the index sampleIndices[s]. The four
/// words of philox(seed, epoch, index, layer, quad) decide on the four columns of a vec4, quad being its place in the
/// sample (element) or in the row (channel); the first word for quad 0 decides on a whole sample. So the mask of a
/// sample depends neither on the batch nor on the device. y may be x when it does not accumulate.
struct Dropout {
    static constexpr const char* name = "dropout";
    Tensor x, y;
    double rate = 0;  ///< 0 <= rate < 1
    std::uint32_t layer = 0;
    Tensor scalars;        ///< StepScalars
    Tensor sampleIndices;  ///< samples of uint32
    std::int64_t rowsPerSample = 1;
    DropoutUnit unit = DropoutUnit::element;
    bool accumulate = false;

    OpCost cost() const { return {0, bytesOf({x, y})}; }
    Status check() const {
        TRY_OK(opCheck(sameExtents(x, y), name, "equal extents"));
        TRY_OK(opCheck(rate >= 0 && rate < 1, name, "a rate from 0 to below 1"));
        return opCheck(scalars && sampleIndices && rowsPerSample > 0 && sampleIndices.columns * rowsPerSample == x.rows,
                       name, "a sample index per sample");
    }
};

}  // namespace lemnos
