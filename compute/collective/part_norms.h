// PartNorms: how large what each rank brings to a sum is, as those see it who add it up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lemnos {

/// Of one rank. It sees everybody's numbers for the slices that it adds up itself; what all ranks have seen together
/// gives the Euclidean norm of what each has brought. From one thread.
class PartNorms {
  public:
    explicit PartNorms(std::size_t ranks) : m_squares(ranks, 0.0) {}

    /// Some of what a rank has brought.
    void add(std::size_t rank, std::span<const float> numbers);
    void add(std::size_t rank, std::span<const std::int64_t> numbers);

    /// What was seen since the last call, to another one, in which each rank has another place.
    void moveTo(PartNorms& other, std::span<const int> places);
    /// What was seen since the last call: fills this rank's row of a table of ranks x ranks numbers that is zero
    /// elsewhere, so that the sum of all ranks' tables has every row.
    void takeRow(std::size_t rank, std::span<std::int64_t> table);
    /// By rank, from the sum of the tables. Not finite: a number was not, or was so large that its square is not.
    static std::vector<double> norms(std::span<const std::int64_t> table);

  private:
    std::vector<double> m_squares;
};

}  // namespace lemnos
