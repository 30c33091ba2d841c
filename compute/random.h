// Counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011), the same on every device and on the host.
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>

namespace lemnos {

/// Four random words that belong to a seed and a counter.
inline std::array<std::uint32_t, 4> philox(std::uint64_t seed, const std::array<std::uint32_t, 4>& counter) {
    const r123::Philox4x32::ctr_type in = {{counter[0], counter[1], counter[2], counter[3]}};
    const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const auto bits = r123::Philox4x32()(in, key);
    return {bits[0], bits[1], bits[2], bits[3]};
}

/// The four words of four neighbouring elements of a sample's value. shaders/include/random.glsl computes the same.
inline std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample,
                                           std::uint32_t layer, std::uint32_t elementQuad) {
    return philox(seed, {elementQuad, sample, layer, epoch});
}

/// Whether dropout at `rate` keeps an element whose random number is `bits`: kept when bits >= rate x 2^32.
inline std::uint32_t dropoutThreshold(double rate) {
    return static_cast<std::uint32_t>(rate * 4294967296.0);
}

}  // namespace lemnos
