// BatchNormGrad: the gradient of BatchNorm; Ioffe & Szegedy 2015, section 3.
#pragma once

#include "compute/ops/activation_kind.h"
#include "compute/ops/op.h"

namespace lemnos {

/// With dZ = activation'(y) dY and n = (x - mean) inverse, per column over N rows: dBeta = sum dZ; dGamma = sum dZ n;
/// dX = gamma inverse (dZ - dBeta / N - n dGamma / N) [+ dX], or gamma inverse dZ [+ dX] where the statistics were
/// constants.
struct BatchNormGrad {
    static constexpr const char* name = "batch_norm_grad";
    Tensor x, gamma, mean, inverse;
    Tensor y{};  ///< of BatchNorm; only with an activation, which must be one with gradientFromResult
    Tensor dY;
    Tensor dX{};  ///< optional; may be dY when it does not accumulate
    Tensor dGamma, dBeta;
    Activation activation{};
    bool running = false;            ///< with the running statistics: `inverse` is the variance, and both are constants
    float epsilon = 1e-5f;           ///< added to the variance
    bool accumulate = false;         ///< adds to dX
    bool accumulateWeights = false;  ///< adds to dGamma and dBeta

    OpCost cost() const { return {0, 2 * bytesOf({x, dY, y}) + bytesOf({dX})}; }
    Status check() const {
        const auto row = [&](const Tensor& t) { return t && t.rows == 1 && t.columns == x.columns; };
        TRY_OK(opCheck(sameExtents(x, dY) && (!dX || sameExtents(x, dX)), name, "equal extents"));
        TRY_OK(opCheck(row(gamma) && row(mean) && row(inverse) && row(dGamma) && row(dBeta), name, "a row each"));
        return opCheck(!activation || (gradientFromResult(activation.kind) && sameExtents(x, y)), name,
                       "the result of the activation");
    }
};

}  // namespace lemnos
