// Following: training as the leader of a group says.
#pragma once

#include <functional>

#include "compute/collective/collective.h"
#include "model/data/dataset_index.h"
#include "model/data/pixel_cache.h"
#include "model/graph/sharded_replica.h"
#include "model/together/order.h"
#include "model/together/team_options.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// The broadcasts of orders have tags of their own, above those of the steps.
constexpr Collective::Tag orderTags = Collective::Tag{1} << 63;
/// Tags that a takeOver may take.
constexpr Collective::Tag takeOverTags = 32;

/// What a member of a team trains and from what; all of it outlives the training.
struct MemberParts {
    const RunSpec& spec;
    const DatasetIndex& index;  ///< the same samples, labels and parts as the leader's
    PixelCache& cache;          ///< with the same pictures
    Replica& replica;           ///< of the same plan and options as the leader's
    TeamOptions options{};
    std::function<void(const RankWork&)> tell{};  ///< what the replica has done, after each step or round
};

/// Trains with the others of the group until the leader says that it is over. Errors: the group is broken (kind
/// groupBroken; a group may be made anew), or something of this process's own is.
Status follow(const MemberParts& parts, Collective& collective, int leader);

}  // namespace lemnos
