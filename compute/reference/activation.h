// The activation functions and their derivatives, in double precision.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compute/ops/activation_kind.h"

namespace lemnos {

inline double activate(const Activation& a, double x) {
    switch (a.kind) {
        case ActivationKind::none:
            return x;
        case ActivationKind::relu:
            return std::max(x, 0.0);
        case ActivationKind::relu6:
            return std::clamp(x, 0.0, 6.0);
        case ActivationKind::leakyRelu:
            return x > 0 ? x : a.alpha * x;
        case ActivationKind::elu:
            return x > 0 ? x : a.alpha * std::expm1(x);
        case ActivationKind::sigmoid:
            return 1 / (1 + std::exp(-x));
        case ActivationKind::tanh:
            return std::tanh(x);
        case ActivationKind::gelu:
            return x * (1 + std::erf(x / std::numbers::sqrt2)) / 2;
        case ActivationKind::silu:
            return x / (1 + std::exp(-x));
        case ActivationKind::hardSwish:
            return x * std::clamp(x + 3, 0.0, 6.0) / 6;
    }
    return x;
}

/// The derivative; `value` is the result where gradientFromResult(kind), else the argument.
inline double activationGradient(const Activation& a, double value) {
    switch (a.kind) {
        case ActivationKind::none:
            return 1;
        case ActivationKind::relu:
            return value > 0 ? 1 : 0;
        case ActivationKind::relu6:
            return value > 0 && value < 6 ? 1 : 0;
        case ActivationKind::leakyRelu:
            return value > 0 ? 1 : a.alpha;
        case ActivationKind::elu:
            return value > 0 ? 1 : value + a.alpha;
        case ActivationKind::sigmoid:
            return value * (1 - value);
        case ActivationKind::tanh:
            return 1 - value * value;
        case ActivationKind::gelu:
            return (1 + std::erf(value / std::numbers::sqrt2)) / 2 +
                   value * std::exp(-value * value / 2) / std::sqrt(2 * std::numbers::pi);
        case ActivationKind::silu: {
            const double s = 1 / (1 + std::exp(-value));
            return s * (1 + value * (1 - s));
        }
        case ActivationKind::hardSwish:
            return value <= -3 ? 0 : value >= 3 ? 1 : (2 * value + 3) / 6;
    }
    return 1;
}

}  // namespace lemnos
