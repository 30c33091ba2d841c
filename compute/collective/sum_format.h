// SumFormat: how numbers that are to be summed go from rank to rank.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lemnos {

/// float32 loses nothing. The others round: blocks of 256 numbers are scaled by a power of two, so that the largest one
/// just fits, and each number is then a half (IEEE 754 binary16) or a whole number from -127 to 127.
enum class SumFormat : std::uint8_t { float32, float16, int8 };

/// "float32", "float16", "int8".
std::vector<std::string> sumFormatNames();
std::optional<SumFormat> sumFormatFrom(std::string_view name);

constexpr std::size_t sumBlock = 256;  ///< numbers that share a scale

/// Of `count` numbers on the wire.
std::size_t encodedBytes(SumFormat format, std::size_t count);
/// The numbers of the whole blocks in so many bytes.
std::size_t numbersIn(SumFormat format, std::size_t bytes);

/// `bytes` gets what goes over the wire of `values` and what earlier ones have left over, `rest`; encodedBytes() of it.
/// `rest` is then what that leaves out: 0 where numbers are infinite or none, which makes all of their block so. Not
/// float32, of which nothing is left out.
void encode(SumFormat format, std::span<const float> values, std::span<std::byte> bytes, std::span<float> rest);

/// The numbers back. Any bytes are numbers, of whatever worth. Not float32.
void decode(SumFormat format, std::span<const std::byte> bytes, std::span<float> values);

}  // namespace lemnos
