// Half precision (IEEE 754-2019 binary16) on the host, where no compiler or processor is relied on to have it.
#pragma once

#include <bit>
#include <cstdint>

namespace lemnos {

/// The nearest half, ties to even; what is too large becomes infinity.
constexpr std::uint16_t halfFromFloat(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);   // not a number
    if (magnitude >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u);  // rounds to 65536 or more
    if (magnitude < 0x33000001u) return static_cast<std::uint16_t>(sign);             // half of the least half, or less
    // The significand with its leading one, and how many of its bits are too many for a half at this exponent.
    const auto exponent = static_cast<int>(magnitude >> 23);
    const std::uint32_t significand = (magnitude & 0x7fffffu) | 0x800000u;
    const int dropped = exponent >= 113 ? 13 : 126 - exponent;
    std::uint32_t half = significand >> dropped;
    const std::uint32_t rest = significand & ((1u << dropped) - 1), middle = 1u << (dropped - 1);
    if (rest > middle || (rest == middle && (half & 1))) ++half;
    if (exponent >= 113) half += static_cast<std::uint32_t>(exponent - 113) << 10;  // the leading one adds the last 1
    return static_cast<std::uint16_t>(sign | half);
}

constexpr float floatFromHalf(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 31, fraction = half & 0x3ffu;
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
        return sign != 0 ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

}  // namespace lemnos
