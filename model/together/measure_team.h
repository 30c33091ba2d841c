// Measures a team before a run: how fast each member is, its link, and sums.
#pragma once

#include <array>
#include <vector>

#include "compute/collective/collective.h"
#include "model/graph/replica.h"
#include "model/together/team_options.h"

namespace lemnos {

/// Lists are by rank.
struct TeamMeasurement {
    std::vector<double> workSeconds;  ///< with local steps a step by itself, otherwise a shard
    std::vector<double> restSeconds;  ///< MeasuredPc::roundSeconds with local steps, otherwise updateSeconds
    // Not with local steps, where they are no others:
    std::vector<double> bytesPerSecond;        ///< MeasuredPc::bytesPerSecond; 0 for the leader
    double hopSeconds = 0;                     ///< as in TeamFacts
    std::array<double, 3> secondsPerNumber{};  ///< as in TeamFacts
};

/// Tags that measureTeam() takes at most.
constexpr Collective::Tag measureTags = 4096;

/// All ranks call it, and all but the times of sums, which are those of the leader, is the same for each. It takes some
/// seconds, and leaves nothing of use in the replica, which was made for these options. Pictures are made up.
Result<TeamMeasurement> measureTeam(Replica& replica, const TeamOptions& options, Collective& collective, int leader,
                                    Collective::Tag tag);

}  // namespace lemnos
