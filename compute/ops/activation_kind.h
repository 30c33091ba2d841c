// ActivationKind: the functions that are applied to every element, alone or as the last part of another op.
#pragma once

#include <cstdint>

namespace lemnos {

/// At an argument of zero the derivatives of relu, relu6 and leakyRelu are those from the left, and elu's is alpha.
enum class ActivationKind : std::uint32_t {
    none,       ///< x
    relu,       ///< max(x, 0)
    relu6,      ///< min(max(x, 0), 6); Howard et al. 2017 (MobileNets)
    leakyRelu,  ///< x > 0 ? x : alpha x; Maas et al. 2013
    elu,        ///< x > 0 ? x : alpha (exp(x) - 1); Clevert et al. 2016, eq. 15
    sigmoid,    ///< 1 / (1 + exp(-x))
    tanh,       ///< (exp(x) - exp(-x)) / (exp(x) + exp(-x))
    gelu,       ///< x (1 + erf(x / sqrt(2))) / 2; Hendrycks & Gimpel 2016
    silu,       ///< x / (1 + exp(-x)); Elfwing et al. 2017, Ramachandran et al. 2017 (swish)
    hardSwish,  ///< x min(max(x + 3, 0), 6) / 6; Howard et al. 2019 (MobileNetV3)
};

struct Activation {
    ActivationKind kind = ActivationKind::none;
    float alpha = 0;  ///< of leakyRelu and elu; not negative

    explicit operator bool() const { return kind != ActivationKind::none; }
};

/// Whether the derivative follows from the result alone, so that the argument need not be kept.
constexpr bool gradientFromResult(ActivationKind kind) {
    return kind <= ActivationKind::tanh;
}

}  // namespace lemnos
