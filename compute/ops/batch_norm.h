// BatchNorm: every column to mean 0 and variance 1 over the batch, then scaled and shifted; Ioffe & Szegedy 2015,
// algorithm 1.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/op.h"

namespace lemnos {

/// y = activation(gamma (x - mean) inverse + beta) per column, inverse = 1 / sqrt(variance + epsilon).
struct BatchNorm {
    static constexpr const char* name = "batch_norm";
    enum class Statistics : std::uint8_t {
        ofBatch,  ///< measures mean and (biased) variance of the rows, keeps them in `mean` and `inverse`, and moves
                  ///< the running ones by `momentum` towards them (the unbiased variance), as PyTorch does
        kept,     ///< takes `mean` and `inverse` as they are: the forward pass once more
        running,  ///< takes the running mean and variance: a finished network
    };

    Tensor x, gamma, beta, y;             ///< gamma and beta are 1 x columns; y may be x with running statistics
    Tensor runningMean, runningVariance;  ///< 1 x columns
    Tensor mean{}, inverse{};             ///< 1 x columns; not used with running statistics
    Statistics statistics = Statistics::ofBatch;
    float momentum = 0.1f, epsilon = 1e-5f;
    Activation activation{};

    OpCost cost() const { return {0, bytesOf({x, y}) + (statistics == Statistics::ofBatch ? bytesOf({x}) : 0)}; }
    Status check() const {
        const auto row = [&](const Tensor& t) { return t && t.rows == 1 && t.columns == x.columns; };
        TRY_OK(opCheck(sameExtents(x, y) && row(gamma) && row(beta), name, "equal extents and a row each"));
        TRY_OK(opCheck(statistics == Statistics::running || (row(mean) && row(inverse)), name, "room for statistics"));
        return opCheck(statistics == Statistics::kept || (row(runningMean) && row(runningVariance)), name,
                       "running statistics");
    }
};

}  // namespace lemnos
