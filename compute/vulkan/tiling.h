// Tiling: how the tiled bodies of products divide their result among workgroups and invocations, and what there is to
// choose from. The choice is measured, see tuning.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

namespace lemnos {

/// A workgroup of lx x ly invocations makes a tile of ly x rowsEach rows and lx vec4 of columns, in stretches of
/// `depth` of the depth. The bodies divide the loading evenly, so rows x depth / 4 is a multiple of lx x ly.
struct Tiling {
    std::uint32_t lx, ly, rowsEach, depth;
    bool matrices = false;  ///< the form for cooperative matrices, see shaders/include/matrix_tiles.glsl

    std::uint32_t rows() const { return ly * rowsEach; }
};

inline constexpr std::array<Tiling, 8> tilings{{{16, 16, 4, 16},
                                                {16, 8, 4, 16},
                                                {16, 16, 8, 16},
                                                {16, 8, 8, 16},
                                                {16, 4, 8, 32, true},
                                                {16, 8, 8, 32, true},
                                                {32, 8, 8, 32, true},
                                                {32, 8, 16, 32, true}}};

/// What is tuned apart from the rest.
enum class ProductClass : std::uint8_t { gemm, gemmOfFewRows, conv, convGradInput, convGradWeight };
inline constexpr std::size_t productClasses = 5;

/// An index into `tilings` for every ProductClass, and once more for products whose values are of half precision.
using TilingChoice = std::array<std::uint8_t, 2 * productClasses>;
inline constexpr TilingChoice startTable{0, 1, 0, 0, 0, 0, 1, 0, 0, 0};
/// The same where there are cooperative matrices.
inline constexpr TilingChoice startTableWithMatrices{0, 1, 0, 0, 0, 5, 4, 5, 5, 5};

/// Whether numbers are a TilingChoice: all of it is there, products of single precision go without matrices, and the
/// others too unless there are any.
template <class Numbers>
constexpr bool isUsable(const Numbers& choice, bool haveMatrices) {
    if (choice.size() != std::tuple_size_v<TilingChoice>) return false;
    for (std::size_t i = 0; i < choice.size(); ++i) {
        if (choice[i] < 0 || static_cast<std::size_t>(choice[i]) >= tilings.size()) return false;
        if (tilings[static_cast<std::size_t>(choice[i])].matrices && !(haveMatrices && i >= productClasses)) return false;
    }
    return true;
}

/// Products of so few rows are ProductClass::gemmOfFewRows.
inline constexpr std::int64_t fewRows = 32;

}  // namespace lemnos
