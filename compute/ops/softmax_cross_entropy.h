// SoftmaxCrossEntropy: the sparse categorical cross-entropy of logits, and its gradient.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// loss[i] = log(sum over j of exp(z[i][j])) - z[i][label]; correct[i] = 1 when the label has the largest logit (the
/// first of equals), else 0; dLogits[i][j] = (softmax(z)[i][j] - [j == label]) x inverseCount. A row whose label is not
/// below `columns` takes no part: loss, correct and gradient are 0.
struct SoftmaxCrossEntropy {
    Tensor logits;
    Tensor labels;     ///< rows of uint32
    Tensor scalars;    ///< StepScalars
    Tensor results;    ///< 2 x rows: loss of each row, then correct of each row
    Tensor dLogits{};  ///< optional

    Status check() const {
        TRY_OK(opCheck(logits && labels && labels.columns == logits.rows, "softmax_cross_entropy", "a label per row"));
        TRY_OK(opCheck(results && results.rows == 2 && results.columns == logits.rows, "softmax_cross_entropy",
                       "results of 2 x rows"));
        TRY_OK(
            opCheck(!dLogits || sameExtents(logits, dLogits), "softmax_cross_entropy", "a gradient like the logits"));
        return {};
    }
};

}  // namespace lemnos
