// Hashes that are the same on every platform, and what the random numbers of the data are for.
#pragma once

#include <cstdint>
#include <string_view>

namespace lemnos {

/// FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
constexpr std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037u;
    for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
    return hash;
}

/// XXH3 with 64 bits (https://xxhash.com), of a file's content; never 0. Among two million files the odds that any two
/// share one by accident are one in ten million.
std::uint64_t contentHash(std::string_view bytes);

/// The output function of SplitMix64 (Steele, Lea and Flood 2014): spreads every input bit over all output bits.
constexpr std::uint64_t splitMix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/// The last word of a counter (compute/random.h) says what the numbers are for, so that no two uses share them. A
/// network's numbers have the epoch in that place, which never gets this far.
enum class RandomUse : std::uint32_t {
    shuffle = 0xfffffff1u,
    augment = 0xfffffff2u,
    sampleData = 0xfffffff3u,
    mixing = 0xfffffff4u
};

/// A number in [0, 1).
constexpr double toUniform(std::uint32_t word) {
    return word * 0x1p-32;
}

}  // namespace lemnos
