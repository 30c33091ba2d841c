// What the ops share that are matrix products at heart.
#pragma once

#include <algorithm>
#include <bit>

#include "compute/ops/activation_kind.h"
#include "compute/vulkan/ops/flat_support.h"

namespace lemnos {

/// Rows of a matrix from `first` on; where they begin must be a multiple of tensorAlignmentBytes.
inline Tensor rowsOf(Tensor matrix, std::int64_t first, std::int64_t count) {
    matrix.offsetBytes += first * matrix.stride * elementBytes(matrix.type);
    matrix.rows = count;
    return matrix;
}

/// Rows that one binding can hold, a multiple of 64 so that every window begins aligned.
inline std::int64_t rowsPerWindow(const KernelTraits& traits, const Tensor& matrix) {
    return std::max<std::int64_t>(traits.maxBindingBytes / (matrix.stride * 4) / 64 * 64, 64);
}

inline std::uint32_t asWord(std::int64_t n) {
    return static_cast<std::uint32_t>(n);
}

inline std::int64_t ceilDivide(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

/// What ends a product; see epilogue.glsl.
struct Epilogue {
    Tensor bias{};
    bool accumulate = false;
    Activation activation{};

    /// Specialisation constants 3 to 6.
    void addTo(std::vector<std::uint32_t>& constants) const {
        constants.insert(constants.end(), {bias ? 1u : 0u, accumulate ? 1u : 0u, asWord(int(activation.kind)),
                                           std::bit_cast<std::uint32_t>(activation.alpha)});
    }
};

/// How the tiled body of a kind of product divides it; `a` is its left factor.
inline const Tiling& tilingOf(const KernelTraits& traits, ProductClass what, const Tensor& a) {
    const std::size_t row = static_cast<std::size_t>(what) + (a.type == ElementType::float16 ? productClasses : 0);
    return tilings[traits.tilings[row]];
}

/// The name of a shader that includes tile_product.glsl, in the form that the tiling is for.
std::string tiledShader(const KernelTraits& traits, const char* name, const Tiling& tiling);

/// Rounds of all loops of an invocation that lavapipe does before it ends them silently, with some room; the tiled
/// bodies have several inner rounds to each of their outer ones.
constexpr std::int64_t roundsPerCall = 60000, tiledRoundsPerCall = 5000;

/// How many workgroups share the depth of a product C that has `tiles` tiles: enough to keep the device busy, each with
/// `leastDepth` or more, and their sums together no more than can be bound.
inline std::int64_t splitsOfDepth(const KernelTraits& traits, const Tensor& c, std::int64_t tiles, std::int64_t depth,
                                  std::int64_t leastDepth) {
    const std::int64_t most = std::min(depth / leastDepth, traits.maxBindingBytes / (quadsOf(c) * 16));
    return std::clamp<std::int64_t>(traits.busyGroups / tiles, 1, std::max<std::int64_t>(most, 1));
}

/// Records C = epilogue(sum of `count` partial sums, each as large as C and right behind the one before it).
Status sumPartials(VulkanRecorder& recorder, const Tensor& partials, std::int64_t count, const Tensor& c,
                   const Epilogue& epilogue);

}  // namespace lemnos
