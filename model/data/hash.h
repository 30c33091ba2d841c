// Hashes and random numbers that are the same on every platform, and so may be written to files.
#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace lemnos {

/// FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
constexpr std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
    return hash;
}

/// The output function of SplitMix64 (Steele, Lea and Flood 2014): spreads every input bit over all output bits.
constexpr std::uint64_t splitMix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/// Four random words that belong to a seed and a counter: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers:
/// as easy as 1, 2, 3").
inline std::array<std::uint32_t, 4> philox(std::uint64_t seed, const std::array<std::uint32_t, 4>& counter) {
    const r123::Philox4x32::ctr_type in{{counter[0], counter[1], counter[2], counter[3]}};
    const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const auto out = r123::Philox4x32()(in, key);
    return {out[0], out[1], out[2], out[3]};
}

/// The last word of a counter says what the numbers are for, so that no two uses share them.
enum class RandomUse : std::uint32_t { shuffle = 1, augment = 2, sampleData = 3 };

/// A number in [0, 1).
constexpr double toUniform(std::uint32_t word) {
    return word * 0x1p-32;
}

}  // namespace lemnos
