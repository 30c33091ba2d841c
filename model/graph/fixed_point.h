// Gradients as whole numbers: their sum does not depend on the order in which they are added, nor on who added what.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace lemnos {

/// One is 2^40: numbers down to 1e-12 count, and there is room for four million.
constexpr double fixedOne = 0x1p40;

/// Adds numbers times `factor` to whole numbers. False where one of them is not a number, or so large that `parts` such
/// parts need not fit together.
inline bool addFixed(std::span<const float> values, double factor, std::int64_t parts, std::span<std::int64_t> sums) {
    const double limit = 0x1p62 / static_cast<double>(parts);
    bool fits = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double scaled = static_cast<double>(values[i]) * factor * fixedOne;
        const bool ok = std::abs(scaled) <= limit;
        fits = fits && ok;
        sums[i] += ok ? static_cast<std::int64_t>(std::nearbyint(scaled)) : 0;
    }
    return fits;
}

inline void fromFixed(std::span<const std::int64_t> sums, std::span<float> values) {
    for (std::size_t i = 0; i < sums.size(); ++i)
        values[i] = static_cast<float>(static_cast<double>(sums[i]) / fixedOne);
}

}  // namespace lemnos
