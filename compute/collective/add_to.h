// Adding up what several ranks bring.
#pragma once

#include <cstdint>
#include <span>

namespace lemnos {

/// As many values as sums.
void addTo(std::span<float> sums, std::span<const float> values);
void addTo(std::span<std::int64_t> sums, std::span<const std::int64_t> values);

}  // namespace lemnos
