#include "model/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace lemnos {
namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // bits reversed

constexpr std::array<std::uint32_t, 256> makeTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ (value & 1u ? polynomial : 0);
        table[i] = value;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> table = makeTable();

std::uint32_t byTable(std::span<const std::byte> bytes, std::uint32_t state) {
    for (const std::byte byte : bytes) state = (state >> 8) ^ table[(state ^ static_cast<std::uint32_t>(byte)) & 0xffu];
    return state;
}

#if defined(__x86_64__)
/// A processor of the last fifteen years has an instruction for it.
__attribute__((target("sse4.2"))) std::uint32_t byInstruction(std::span<const std::byte> bytes, std::uint32_t state) {
    std::uint64_t wide = state;
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    state = static_cast<std::uint32_t>(wide);
    for (; i < bytes.size(); ++i) state = _mm_crc32_u8(state, static_cast<std::uint8_t>(bytes[i]));
    return state;
}
#endif

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return ~byInstruction(bytes, ~crc);
#endif
    return ~byTable(bytes, ~crc);
}

}  // namespace lemnos
