#include "compute/collective/sum_format.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

#include "compute/half.h"

namespace lemnos {
namespace {

constexpr std::size_t blockFloats = 256;
constexpr const char* names[] = {"float32", "float16", "int8"};

std::size_t bytesEach(SumFormat format) {
    return format == SumFormat::float32 ? 4 : format == SumFormat::float16 ? 2 : 1;
}

/// The least power of two that makes the largest number at most `most`; 1 where all are 0.
float scaleFor(float largest, float most) {
    if (!std::isfinite(largest)) return std::numeric_limits<float>::quiet_NaN();
    if (largest < 1e-30f) return 1;
    return std::ldexp(1.0f, static_cast<int>(std::ceil(std::log2(largest / most))));
}

/// halfFromFloat() for magnitudes below 65520, without a branch: this one the compiler vectorises.
std::uint16_t smallHalf(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = bits & 0x80000000u, magnitude = bits ^ sign;
    // Adding 0.5 moves the bits of a denormal half to the end of the significand, rounded to even.
    const std::uint32_t denormal =
        std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - std::bit_cast<std::uint32_t>(0.5f);
    const std::uint32_t normal = (magnitude - (112u << 23) + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
    return static_cast<std::uint16_t>((magnitude < (113u << 23) ? denormal : normal) | sign >> 16);
}

/// floatFromHalf() for what smallHalf() gives.
float fromSmallHalf(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000u) << 16, magnitude = half & 0x7fffu;
    const float normal = std::bit_cast<float>((magnitude << 13) + (112u << 23));
    const float denormal = static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24f;
    const float value = magnitude < 0x400u ? denormal : normal;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | sign);
}

/// One block: its scale, then the numbers.
template <class Stored, class Pack, class Unpack>
void encodeBlock(std::span<const float> values, std::byte* bytes, float* rest, float most, const Pack& pack,
                 const Unpack& unpack) {
    const std::size_t count = values.size();
    std::uint32_t largest = 0;  // magnitudes are in the order of their bits; what is not a number is above all
#pragma omp simd reduction(max : largest)
    for (std::size_t i = 0; i < count; ++i)
        largest = std::max(largest, std::bit_cast<std::uint32_t>(values[i]) & 0x7fffffffu);
    const float scale = scaleFor(std::bit_cast<float>(largest), most);
    std::memcpy(bytes, &scale, sizeof scale);
    Stored packed[blockFloats] = {};
    if (!std::isfinite(scale)) {
        std::fill_n(rest, count, 0.0f);
    } else {
        const float factor = 1 / scale;
#pragma omp simd
        for (std::size_t i = 0; i < count; ++i) {
            packed[i] = pack(values[i] * factor);
            rest[i] = values[i] - unpack(packed[i]) * scale;
        }
    }
    std::memcpy(bytes + sizeof scale, packed, count * sizeof(Stored));
}

template <class Stored, class Unpack>
void decodeBlock(const std::byte* bytes, std::span<float> values, const Unpack& unpack) {
    float scale = 0;
    std::memcpy(&scale, bytes, sizeof scale);
    Stored packed[blockFloats];
    std::memcpy(packed, bytes + sizeof scale, values.size() * sizeof(Stored));
    const std::size_t count = values.size();
#pragma omp simd
    for (std::size_t i = 0; i < count; ++i) values[i] = unpack(packed[i]) * scale;
}

/// Every block with the place of its bytes.
template <class Work>
void forBlocks(SumFormat format, std::size_t count, const Work& work) {
    std::size_t at = 0;
    for (std::size_t first = 0; first < count; first += blockFloats) {
        const std::size_t floats = std::min(blockFloats, count - first);
        work(first, floats, at);
        at += sizeof(float) + floats * bytesEach(format);
    }
}

std::int8_t toInt8(float value) {
    // The nearest whole number, ties to even, is what adding and taking away 1.5 * 2^23 gives.
    return static_cast<std::int8_t>(static_cast<std::int32_t>((value + 0x1.8p23f) - 0x1.8p23f));
}

float fromInt8(std::int8_t value) {
    return static_cast<float>(value);
}

}  // namespace

std::vector<std::string> sumFormatNames() {
    return {std::begin(names), std::end(names)};
}

std::optional<SumFormat> sumFormatFrom(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<SumFormat>(found - std::begin(names));
}

std::size_t encodedBytes(SumFormat format, std::size_t count) {
    const std::size_t scales = format == SumFormat::float32 ? 0 : (count + blockFloats - 1) / blockFloats;
    return count * bytesEach(format) + scales * sizeof(float);
}

void encode(SumFormat format, std::span<const float> values, std::span<std::byte> bytes, std::span<float> rest) {
    assert(bytes.size() == encodedBytes(format, values.size()) && rest.size() == values.size());
    if (format == SumFormat::float32) {
        std::ranges::copy(std::as_bytes(values), bytes.begin());
        std::ranges::fill(rest, 0.0f);
        return;
    }
    forBlocks(format, values.size(), [&](std::size_t first, std::size_t count, std::size_t at) {
        const auto block = values.subspan(first, count);
        if (format == SumFormat::float16)
            encodeBlock<std::uint16_t>(block, &bytes[at], &rest[first], 32768, smallHalf, fromSmallHalf);
        else
            encodeBlock<std::int8_t>(block, &bytes[at], &rest[first], 127, toInt8, fromInt8);
    });
}

void decode(SumFormat format, std::span<const std::byte> bytes, std::span<float> values) {
    assert(bytes.size() == encodedBytes(format, values.size()));
    if (format == SumFormat::float32) {
        if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
        return;
    }
    forBlocks(format, values.size(), [&](std::size_t first, std::size_t count, std::size_t at) {
        const auto block = values.subspan(first, count);
        if (format == SumFormat::float16)
            decodeBlock<std::uint16_t>(&bytes[at], block, fromSmallHalf);
        else
            decodeBlock<std::int8_t>(&bytes[at], block, fromInt8);
    });
}

}  // namespace lemnos
