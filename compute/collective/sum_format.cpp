#include "compute/collective/sum_format.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

namespace lemnos {
namespace {

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

/// A half, IEEE 754 binary16.
struct Half {
    using Stored = std::uint16_t;
    static constexpr float most = 32768;

    /// halfFromFloat() for magnitudes below 65520.
    static Stored pack(float value) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        const std::uint32_t sign = bits & 0x80000000u, magnitude = bits ^ sign;
        // Adding 0.5 moves the bits of a denormal half to the end of the significand, rounded to even.
        const std::uint32_t denormal =
            std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - std::bit_cast<std::uint32_t>(0.5f);
        const std::uint32_t normal = (magnitude - (112u << 23) + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
        return static_cast<Stored>((magnitude < (113u << 23) ? denormal : normal) | sign >> 16);
    }
    /// floatFromHalf() for what pack() gives.
    static float unpack(Stored half) {
        const std::uint32_t sign = (half & 0x8000u) << 16, magnitude = half & 0x7fffu;
        const float normal = std::bit_cast<float>((magnitude << 13) + (112u << 23));
        const float denormal = static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24f;
        const float value = magnitude < 0x400u ? denormal : normal;
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | sign);
    }
};

struct Int8 {
    using Stored = std::int8_t;
    static constexpr float most = 127;

    static Stored pack(float value) {
        // The nearest whole number, ties to even, is what adding and taking away 1.5 * 2^23 gives.
        return static_cast<Stored>(static_cast<std::int32_t>((value + 0x1.8p23f) - 0x1.8p23f));
    }
    static float unpack(Stored value) { return static_cast<float>(value); }
};

/// One block: its scale, then the numbers.
template <class Code>
void encodeBlock(const float* values, std::size_t count, std::byte* bytes, float* rest) {
    float wanted[sumBlock];
    std::uint32_t largest = 0;  // magnitudes are in the order of their bits; what is not a number is above all
#pragma omp simd reduction(max : largest)
    for (std::size_t i = 0; i < count; ++i) {
        wanted[i] = values[i] + rest[i];
        largest = std::max(largest, std::bit_cast<std::uint32_t>(wanted[i]) & 0x7fffffffu);
    }
    const float scale = scaleFor(std::bit_cast<float>(largest), Code::most);
    std::memcpy(bytes, &scale, sizeof scale);
    typename Code::Stored packed[sumBlock] = {};
    if (!std::isfinite(scale)) {
        std::fill_n(rest, count, 0.0f);
    } else {
        const float factor = 1 / scale;
#pragma omp simd
        for (std::size_t i = 0; i < count; ++i) {
            packed[i] = Code::pack(wanted[i] * factor);
            rest[i] = wanted[i] - Code::unpack(packed[i]) * scale;
        }
    }
    std::memcpy(bytes + sizeof scale, packed, count * sizeof packed[0]);
}

template <class Code>
void decodeBlock(const std::byte* bytes, float* values, std::size_t count) {
    float scale = 0;
    std::memcpy(&scale, bytes, sizeof scale);
    typename Code::Stored packed[sumBlock];
    std::memcpy(packed, bytes + sizeof scale, count * sizeof packed[0]);
#pragma omp simd
    for (std::size_t i = 0; i < count; ++i) values[i] = Code::unpack(packed[i]) * scale;
}

/// Every block with the place of its bytes.
template <class Code, class Work>
void forBlocks(std::size_t count, const Work& work) {
    std::size_t at = 0;
    for (std::size_t first = 0; first < count; first += sumBlock) {
        const std::size_t floats = std::min(sumBlock, count - first);
        work(first, floats, at);
        at += sizeof(float) + floats * sizeof(typename Code::Stored);
    }
}

template <class Code>
void encodeAs(std::span<const float> values, std::byte* bytes, float* rest) {
    forBlocks<Code>(values.size(), [&](std::size_t first, std::size_t count, std::size_t at) {
        encodeBlock<Code>(&values[first], count, bytes + at, rest + first);
    });
}

template <class Code>
void decodeAs(const std::byte* bytes, std::span<float> values) {
    forBlocks<Code>(values.size(), [&](std::size_t first, std::size_t count, std::size_t at) {
        decodeBlock<Code>(bytes + at, &values[first], count);
    });
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
    const std::size_t scales = format == SumFormat::float32 ? 0 : (count + sumBlock - 1) / sumBlock;
    return count * bytesEach(format) + scales * sizeof(float);
}

std::size_t numbersIn(SumFormat format, std::size_t bytes) {
    return bytes / encodedBytes(format, sumBlock) * sumBlock;
}

void encode(SumFormat format, std::span<const float> values, std::span<std::byte> bytes, std::span<float> rest) {
    assert(bytes.size() == encodedBytes(format, values.size()) && rest.size() == values.size());
    assert(format != SumFormat::float32);
    if (format == SumFormat::float16)
        encodeAs<Half>(values, bytes.data(), rest.data());
    else
        encodeAs<Int8>(values, bytes.data(), rest.data());
}

void decode(SumFormat format, std::span<const std::byte> bytes, std::span<float> values) {
    assert(bytes.size() == encodedBytes(format, values.size()));
    assert(format != SumFormat::float32);
    if (format == SumFormat::float16)
        decodeAs<Half>(bytes.data(), values);
    else
        decodeAs<Int8>(bytes.data(), values);
}

}  // namespace lemnos
