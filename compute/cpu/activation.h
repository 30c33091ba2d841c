// The activation functions and their derivatives for vectorised loops; see compute/ops/activation_kind.h.
#pragma once

#include <type_traits>
#include <utility>

#include "compute/cpu/vector_math.h"
#include "compute/ops/activation_kind.h"

namespace lemnos::simd {

template <ActivationKind kind>
float activate(float x, float alpha) {
    using enum ActivationKind;
    if constexpr (kind == relu) return x < 0 ? 0.0f : x;
    if constexpr (kind == relu6) return x < 0 ? 0.0f : x > 6 ? 6.0f : x;
    if constexpr (kind == leakyRelu) return x > 0 ? x : alpha * x;
    if constexpr (kind == elu) return x > 0 ? x : alpha * expm1(x);
    if constexpr (kind == sigmoid) return simd::sigmoid(x);
    if constexpr (kind == tanh) return simd::tanh(x);
    if constexpr (kind == gelu) return x * normalDistribution(x, exp(-0.5f * x * x));
    if constexpr (kind == silu) return x * simd::sigmoid(x);
    if constexpr (kind == hardSwish) {
        const float shifted = x + 3;
        return x * (shifted < 0 ? 0.0f : shifted > 6 ? 6.0f : shifted) * (1 / 6.0f);
    }
    return x;
}

/// `value` is the result where gradientFromResult(kind), else the argument.
template <ActivationKind kind>
float activationGradient(float value, float alpha) {
    using enum ActivationKind;
    if constexpr (kind == relu) return value > 0 ? 1.0f : 0.0f;
    if constexpr (kind == relu6) return ((value > 0) & (value < 6)) ? 1.0f : 0.0f;
    if constexpr (kind == leakyRelu) return value > 0 ? 1.0f : alpha;
    if constexpr (kind == elu) return value > 0 ? 1.0f : value + alpha;
    if constexpr (kind == sigmoid) return value * (1 - value);
    if constexpr (kind == tanh) return 1 - value * value;
    if constexpr (kind == gelu) {
        const float bell = exp(-0.5f * value * value);
        return normalDistribution(value, bell) + 0.39894228f * value * bell;  // 1 / sqrt(2 pi)
    }
    if constexpr (kind == silu) {
        const float s = simd::sigmoid(value);
        return s * (1 + value * (1 - s));
    }
    if constexpr (kind == hardSwish) return value <= -3 ? 0.0f : value >= 3 ? 1.0f : (2 * value + 3) * (1 / 6.0f);
    return 1;
}

/// Calls f(std::integral_constant<ActivationKind, kind>()): a loop of its own for every kind.
template <class F>
auto withKind(ActivationKind kind, F f) {
    using enum ActivationKind;
    switch (kind) {
        case relu:
            return f(std::integral_constant<ActivationKind, relu>());
        case relu6:
            return f(std::integral_constant<ActivationKind, relu6>());
        case leakyRelu:
            return f(std::integral_constant<ActivationKind, leakyRelu>());
        case elu:
            return f(std::integral_constant<ActivationKind, elu>());
        case sigmoid:
            return f(std::integral_constant<ActivationKind, sigmoid>());
        case tanh:
            return f(std::integral_constant<ActivationKind, tanh>());
        case gelu:
            return f(std::integral_constant<ActivationKind, gelu>());
        case silu:
            return f(std::integral_constant<ActivationKind, silu>());
        case hardSwish:
            return f(std::integral_constant<ActivationKind, hardSwish>());
        case none:
            break;
    }
    return f(std::integral_constant<ActivationKind, none>());
}

}  // namespace lemnos::simd
