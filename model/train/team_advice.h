// Advice before a run with other PCs: all are measured for some seconds, and nothing is trained.
#pragma once

#include "model/together/advisor.h"
#include "model/train/trainer.h"

namespace lemnos {

struct AdviceOptions {
    std::int64_t largestBatch = 0;  ///< TeamFacts::largestBatch
    DeviceOptions device{};
    TeamMaker team{};
};

/// What would be said of a run of this spec, whose peers are those to be measured. No pictures go to them, and no
/// folder is made. Errors: those of the spec and of its data; no other PC can help; one has gone in the meantime.
Result<Advice> adviseOnTeam(RunSpec spec, const EventSink& sink, std::stop_token stop, const AdviceOptions& options);

}  // namespace lemnos
