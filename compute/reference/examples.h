// Words and lists that the examples of several ops share.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "compute/ops/activation_kind.h"

namespace lemnos {

/// "5x7"
inline std::string sizeName(std::int64_t rows, std::int64_t columns) {
    return std::to_string(rows) + "x" + std::to_string(columns);
}

/// Sizes that are odd, of one element, and longer than a workgroup.
inline constexpr std::pair<std::int64_t, std::int64_t> matrixSizes[] = {{1, 1}, {3, 5}, {33, 17}, {1089, 3}, {128, 96}};

/// Every kind of activation, with its name.
inline constexpr std::array<std::pair<ActivationKind, const char*>, 10> activationKinds{{
    {ActivationKind::none, "none"},
    {ActivationKind::relu, "relu"},
    {ActivationKind::relu6, "relu6"},
    {ActivationKind::leakyRelu, "leaky relu"},
    {ActivationKind::elu, "elu"},
    {ActivationKind::sigmoid, "sigmoid"},
    {ActivationKind::tanh, "tanh"},
    {ActivationKind::gelu, "gelu"},
    {ActivationKind::silu, "silu"},
    {ActivationKind::hardSwish, "hard swish"},
}};

}  // namespace lemnos
