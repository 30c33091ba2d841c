// Tiling: how the tiled bodies of products divide their result among workgroups and invocations, and what there is to
// choose from. The choice is measured, see tuning.cpp.
#pragma once

#include <array>
#include <cstdint>

namespace lemnos {

/// A workgroup of lx x ly invocations makes a tile of ly x rowsEach rows and lx vec4 of columns, in stretches of
/// `depth` of the depth. The bodies divide the loading evenly, so rows x depth / 4 is a multiple of lx x ly.
struct Tiling {
    std::uint32_t lx, ly, rowsEach, depth;

    std::uint32_t rows() const { return ly * rowsEach; }
};

inline constexpr std::array<Tiling, 4> tilings{{{16, 16, 4, 16}, {16, 8, 4, 16}, {16, 16, 8, 16}, {16, 8, 8, 16}}};

/// What is tuned apart from the rest.
enum class ProductClass : std::uint8_t { gemm, gemmOfFewRows, conv, convGradInput, convGradWeight };
inline constexpr std::size_t productClasses = 5;

/// An index into `tilings` for every ProductClass.
using TilingChoice = std::array<std::uint8_t, productClasses>;
inline constexpr TilingChoice startTable{0, 1, 0, 0, 0};

/// Products of so few rows are ProductClass::gemmOfFewRows.
inline constexpr std::int64_t fewRows = 32;

}  // namespace lemnos
