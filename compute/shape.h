// The extents of a value, and the one rule of how its elements lie in memory.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace lemnos {

/// Rounds up to the next multiple of four: rows start on a vec4, so that kernels load four values at once.
constexpr std::int64_t roundUp4(std::int64_t n) {
    return (n + 3) / 4 * 4;
}

/// Extents of one sample's value: {height, width, channels} for a picture, {features} for a vector.
class Shape {
  public:
    static constexpr int maxRank = 4;

    Shape() = default;
    Shape(std::initializer_list<std::int64_t> extents) : m_rank(static_cast<int>(extents.size())) {
        assert(extents.size() <= maxRank);
        int i = 0;
        for (const std::int64_t extent : extents) m_extents[static_cast<std::size_t>(i++)] = extent;
    }

    int rank() const { return m_rank; }
    std::int64_t operator[](int axis) const {
        assert(axis < m_rank);
        return m_extents[static_cast<std::size_t>(axis)];
    }

    /// Number of elements; 1 for rank 0.
    std::int64_t size() const {
        std::int64_t n = 1;
        for (int i = 0; i < m_rank; ++i) n *= m_extents[static_cast<std::size_t>(i)];
        return n;
    }

    /// The last extent: columns of the matrix that a value is on a device; 1 for rank 0.
    std::int64_t columns() const { return m_rank > 0 ? (*this)[m_rank - 1] : 1; }
    /// All other extents together: rows of one sample.
    std::int64_t rows() const { return columns() > 0 ? size() / columns() : 0; }

    /// "28 x 28 x 1", with the multiplication sign.
    std::string toString() const {
        std::string text;
        for (int i = 0; i < m_rank; ++i) text += (i ? " \u00d7 " : "") + std::to_string((*this)[i]);
        return text;
    }

    bool operator==(const Shape&) const = default;

  private:
    std::array<std::int64_t, maxRank> m_extents{};
    int m_rank = 0;
};

}  // namespace lemnos
