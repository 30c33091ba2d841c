// SweepEvent: what a sweep tells while it goes on. One JSON object per line, in journal.jsonl and on standard output.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/sweep/trials.h"
#include "model/train/best_by.h"

namespace lemnos {

/// Sent again by a sweep that goes on.
struct SweepStartedEvent {
    std::string folder;
    std::vector<Trial> trials;
    std::vector<Rung> rungs;
    BestBy bestBy = BestBy::accuracy;
};

struct TrialStartedEvent {
    std::int64_t trial = 0;  ///< number
    std::int64_t rung = 0;   ///< from 0
    std::int64_t epochs = 0;
    std::string device;
};

/// An epoch of a trial is complete. Not in the journal: the trial's own run has it.
struct TrialEpochEvent {
    std::int64_t trial = 0, epoch = 0;
    std::optional<double> value;  ///< of what the sweep goes by
};

struct TrialEndedEvent {
    std::int64_t trial = 0, rung = 0;
    std::int64_t epochs = 0;      ///< completed
    std::optional<double> value;  ///< best of it; nothing where there is no validation
    std::string error;            ///< why it failed; empty: it did not
};

struct SweepFinishedEvent {
    std::string reason;  ///< "completed" or "stopped"
};

struct SweepFailedEvent {
    std::string message;
};

using SweepEvent = std::variant<SweepStartedEvent, TrialStartedEvent, TrialEpochEvent, TrialEndedEvent,
                                SweepFinishedEvent, SweepFailedEvent>;
using SweepSink = std::function<void(const SweepEvent&)>;

std::string toLine(const SweepEvent& event);
/// Errors for anything that is no such event.
Result<SweepEvent> sweepEventFromLine(std::string_view line);

}  // namespace lemnos
