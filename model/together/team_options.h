// How a team trains: a step together, or several steps each and then the mean.
#pragma once

#include "model/graph/sharded_replica.h"
#include "model/together/local_training.h"
#include "model/train/run_spec.h"

namespace lemnos {

struct TeamOptions {
    ShardingOptions sharding{};
    std::int64_t localSteps = 0;  ///< of each member between two means; 0: all steps are taken together
    RoundRates rates{};           ///< with localSteps
};

/// What the settings of a run say. `watched`: somebody of the team can be left out (Team::canLeaveOut()), so that it is
/// worth looking at what each brings.
TeamOptions teamOptionsFrom(const ParamMap& settings, bool watched);

/// An Error where settings do not go together with those of a team.
Status checkTeamSettings(const ParamMap& settings);

}  // namespace lemnos
