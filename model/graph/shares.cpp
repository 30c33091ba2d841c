#include "model/graph/shares.h"

#include <algorithm>

namespace lemnos {
namespace {

constexpr double worthIt = 0.95;  // new shares are taken when a step then takes at most this part of the time

/// How long a step takes: as long as its slowest rank.
double stepSeconds(std::span<const std::int64_t> shares, std::span<const double> speeds) {
    double longest = 0;
    for (std::size_t rank = 0; rank < shares.size(); ++rank)
        longest = std::max(longest, static_cast<double>(shares[rank]) / speeds[rank]);
    return longest;
}

}  // namespace

std::vector<std::int64_t> sharesFor(std::int64_t shards, std::span<const double> speeds) {
    double total = 0;
    for (const double speed : speeds) total += speed;
    std::vector<std::int64_t> shares;
    std::int64_t given = 0;
    for (const double speed : speeds) {
        shares.push_back(static_cast<std::int64_t>(static_cast<double>(shards) * speed / total));
        given += shares.back();
    }
    // What is left goes one by one to whoever is done soonest with it; of equals, to the first.
    for (; given < shards; ++given) {
        std::size_t best = 0;
        const auto seconds = [&](std::size_t rank) { return static_cast<double>(shares[rank] + 1) / speeds[rank]; };
        for (std::size_t rank = 1; rank < shares.size(); ++rank)
            if (seconds(rank) < seconds(best)) best = rank;
        ++shares[best];
    }
    return shares;
}

void MeasuredSpeeds::observe(std::span<const std::int64_t> shards, std::span<const double> seconds) {
    for (std::size_t rank = 0; rank < m_speeds.size(); ++rank) {
        m_shards[rank] += shards[rank];
        m_seconds[rank] += seconds[rank];
    }
    if (++m_steps < stepsBetween) return;
    std::vector<double> measured = m_speeds;
    std::int64_t total = 0;
    for (std::size_t rank = 0; rank < measured.size(); ++rank) {
        total += m_shards[rank];
        // Who had nothing to do is thought to be as fast as before.
        if (m_shards[rank] > 0 && m_seconds[rank] > 0)
            measured[rank] = static_cast<double>(m_shards[rank]) / m_seconds[rank];
    }
    const std::int64_t perStep = (total + m_steps - 1) / m_steps;
    if (stepSeconds(sharesFor(perStep, measured), measured) <=
        worthIt * stepSeconds(sharesFor(perStep, m_speeds), measured))
        m_speeds = measured;
    std::ranges::fill(m_shards, 0);
    std::ranges::fill(m_seconds, 0.0);
    m_steps = 0;
}

}  // namespace lemnos
