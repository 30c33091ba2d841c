// SoftmaxCrossEntropy: the categorical cross-entropy of logits, and its gradient, with what is commonly asked of it:
// label smoothing, weights of classes, focal loss and two labels per sample (mixup).
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// Per row, with p = softmax(z), C columns and labels a and b mixed as m a + (1 - m) b:
///   t_j = (1 - smoothing) (m [j == a] + (1 - m) [j == b]) + smoothing / C     (Szegedy et al. 2016, section 7)
///   loss = - sum over j of w_j t_j (1 - p_j)^focal log p_j                    (Lin et al. 2017, eq. 4)
///   dZ_k = (s_k - p_k sum over j of s_j) x inverseCount,
///          s_j = w_j t_j (focal p_j (1 - p_j)^(focal - 1) log p_j - (1 - p_j)^focal)
/// answer = the column of the largest logit (the first of equals), exact below 2^24 columns. A row whose label a is not
/// below `columns` takes no part: loss, answer and gradient are 0. Log p is at least -87 (the smallest normal float).
struct SoftmaxCrossEntropy {
    static constexpr const char* name = "softmax_cross_entropy";
    Tensor logits;
    Tensor labels;          ///< rows of uint32: a
    Tensor scalars;         ///< StepScalars
    Tensor results;         ///< 2 x rows: loss of each row, then answer of each row
    Tensor dLogits{};       ///< optional
    Tensor otherLabels{};   ///< optional, rows of uint32: b
    Tensor labelShare{};    ///< rows of uint32 that hold the bits of floats: m; with otherLabels
    Tensor classWeights{};  ///< optional, 1 x columns: w
    float smoothing = 0;    ///< 0 <= smoothing < 1
    float focal = 0;        ///< >= 0

    OpCost cost() const { return {0, bytesOf({logits, dLogits})}; }
    Status check() const {
        TRY_OK(opCheck(logits && labels && labels.columns == logits.rows, name, "a label per row"));
        TRY_OK(opCheck(results && results.rows == 2 && results.columns == logits.rows, name, "results of 2 x rows"));
        TRY_OK(opCheck(
            !otherLabels || (otherLabels.columns == logits.rows && labelShare && labelShare.columns == logits.rows),
            name, "a second label and a share per row"));
        TRY_OK(opCheck(!classWeights || (classWeights.rows == 1 && classWeights.columns == logits.columns), name,
                       "a weight per class"));
        return opCheck(!dLogits || sameExtents(logits, dLogits), name, "a gradient like the logits");
    }
};

}  // namespace lemnos
