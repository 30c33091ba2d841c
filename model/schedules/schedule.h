// ScheduleType: one way for the learning rate to change over a run. One file of this folder per schedule.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/param.h"

namespace lemnos {

/// Where in its run an update of the weights stands. One pass over the data is an epoch.
struct SchedulePoint {
    std::int64_t step = 0;           ///< updates done before it, in the whole run
    std::int64_t totalSteps = 1;     ///< updates of the whole run
    std::int64_t stepsPerEpoch = 1;  ///< updates of an epoch
    std::int64_t epoch = 0;          ///< epochs completed before it

    /// Epochs done, the part of the one at hand included.
    double epochs() const { return static_cast<double>(step) / static_cast<double>(stepsPerEpoch); }
};

/// What a schedule that watches the run has seen so far; part of a checkpoint.
struct ScheduleState {
    std::optional<double> best;  ///< lowest loss so far
    std::int64_t wait = 0;       ///< epochs since
    double factor = 1;           ///< of the learning rate

    bool operator==(const ScheduleState&) const = default;
};

/// One schedule. Descriptor objects live in namespace lemnos::schedules, named like their file.
struct ScheduleType {
    std::string_view name;   ///< "one_cycle"
    std::string_view label;  ///< "One cycle"
    std::string_view summary;
    std::vector<Param> params;  ///< with those of the warm-up

    /// What to multiply the learning rate with, apart from warm-up and state.
    double (*factor)(const ParamMap& params, const SchedulePoint& point) = nullptr;
    /// The state after an epoch that ended with this validation loss; null for schedules that are blind.
    ScheduleState (*observe)(const ParamMap& params, const ScheduleState& state, double loss) = nullptr;
};

/// Adds "warmup_epochs" and "warmup_from", which every schedule has.
std::vector<Param> withWarmup(std::vector<Param> params);

/// What to multiply the learning rate with for one update: warm-up, schedule and what the schedule has seen. The rate
/// climbs evenly from warmup_from to 1 in the first warmup_epochs (Goyal et al. 2017, section 2.2).
double scheduleFactor(const ScheduleType& type, const ParamMap& params, const SchedulePoint& point,
                      const ScheduleState& state = {});

/// All schedules, in the order of their file names.
std::span<const ScheduleType* const> scheduleTypes();
/// One of them, or null.
const ScheduleType* findScheduleType(std::string_view name);
/// One of them, or an Error that lists the names.
Result<const ScheduleType*> scheduleTypeOrError(std::string_view name);

}  // namespace lemnos
