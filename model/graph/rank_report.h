// RankReport: what each of those who share out a training tells all others about a step or a round.
#pragma once

#include <cstdint>
#include <vector>

#include "compute/collective/collective.h"
#include "compute/collective/part_norms.h"
#include "model/graph/learner.h"

namespace lemnos {

/// Of one rank. Losses are summed as whole numbers, so that what is told is the same everywhere, whoever did what.
struct RankReport {
    std::int64_t loss = 0;  ///< in units of 2^-32, over the samples that count
    bool finite = true;     ///< the losses and what else was added up
    std::int64_t correct = 0, count = 0;
    std::int64_t amount = 0;  ///< of what it has done, in units of the caller's
    double seconds = 0;       ///< spent on that

    void add(const StepResult& part);
};

/// Of all; lists are by rank.
struct GroupReport {
    StepResult result;  ///< a loss that is not a number where one of the ranks has one that is not finite
    std::vector<std::int64_t> amounts;
    std::vector<double> seconds;
    std::vector<double> norms;  ///< PartNorms::norms(); empty where nothing was watched
};

/// All ranks call it, all with norms or all without.
Result<GroupReport> shareReport(const RankReport& own, Collective& collective, Collective::Tag tag, PartNorms* norms);

}  // namespace lemnos
