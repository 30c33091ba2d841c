// Shares: how many of a batch's shards each of several unequal devices takes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lemnos {

/// Splits `shards` among ranks so that the one that takes longest is done soonest; `speeds` are shards per second. The
/// same arguments give the same shares everywhere.
std::vector<std::int64_t> sharesFor(std::int64_t shards, std::span<const double> speeds);

/// The speeds that shares go by. They follow what is measured, but only every 20 steps and where it pays: every change
/// of shares costs a little, and measurements are never quite the same.
class MeasuredSpeeds {
  public:
    static constexpr int stepsBetween = 20;

    explicit MeasuredSpeeds(std::size_t ranks) : m_speeds(ranks, 1.0), m_shards(ranks, 0), m_seconds(ranks, 0.0) {}

    std::span<const double> speeds() const { return m_speeds; }
    /// To be told by every rank of every step in turn: shards done and seconds taken, by rank.
    void observe(std::span<const std::int64_t> shards, std::span<const double> seconds);

  private:
    std::vector<double> m_speeds;
    std::vector<std::int64_t> m_shards;
    std::vector<double> m_seconds;
    int m_steps = 0;
};

}  // namespace lemnos
