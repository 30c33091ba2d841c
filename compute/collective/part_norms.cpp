#include "compute/collective/part_norms.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace lemnos {
namespace {

constexpr std::size_t lanes = 16;  // sums side by side, as a processor adds them up

template <class Number, class T>
double squaresOf(std::span<const T> numbers) {
    std::array<Number, lanes> sums{};
    const std::size_t whole = numbers.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const auto number = static_cast<Number>(numbers[i + lane]);
            sums[lane] += number * number;
        }
    for (std::size_t i = whole; i < numbers.size(); ++i) {
        const auto number = static_cast<Number>(numbers[i]);
        sums[i - whole] += number * number;
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

void PartNorms::add(std::size_t rank, std::span<const float> numbers) {
    m_squares[rank] += squaresOf<float>(numbers);
}

void PartNorms::add(std::size_t rank, std::span<const std::int64_t> numbers) {
    m_squares[rank] += squaresOf<double>(numbers);
}

void PartNorms::moveTo(PartNorms& other, std::span<const int> places) {
    for (std::size_t rank = 0; rank < m_squares.size(); ++rank)
        other.m_squares[static_cast<std::size_t>(places[rank])] += std::exchange(m_squares[rank], 0.0);
}

void PartNorms::takeRow(std::size_t rank, std::span<std::int64_t> table) {
    for (std::size_t of = 0; of < m_squares.size(); ++of)
        table[rank * m_squares.size() + of] = std::bit_cast<std::int64_t>(m_squares[of]);
    std::ranges::fill(m_squares, 0.0);
}

std::vector<double> PartNorms::norms(std::span<const std::int64_t> table) {
    const auto ranks = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(table.size()))));
    std::vector<double> norms(ranks, 0.0);
    for (std::size_t i = 0; i < table.size(); ++i) norms[i % ranks] += std::bit_cast<double>(table[i]);
    for (double& norm : norms) norm = std::sqrt(norm);
    return norms;
}

}  // namespace lemnos
