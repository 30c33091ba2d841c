// Sweep: trains the trials of a SweepSpec, one after the other or one per device.
//
// The folder of a sweep:
//   sweep.json        the SweepSpec
//   journal.jsonl     SweepEvents, appended: what a sweep that was killed goes on from
//   trial-001.json    the RunSpec of a trial
//   trial-001.log     what its process had to say
//   trial-001/        its run, like any other run
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "compute/result.h"
#include "model/sweep/sweep_spec.h"
#include "model/sweep/sweep_table.h"
#include "model/train/event.h"

namespace lemnos {

/// Train a run, or go on with it, until it has so many epochs.
struct TrialOrder {
    std::filesystem::path run, spec, log;
    bool resume = false;
    std::int64_t epochs = 0;
    std::string device;  ///< empty: as the spec says
};

/// Blocks until the run is over; called from several threads at once where a sweep has several devices. A stop request
/// ends the run with a checkpoint. Fails only where the run could not even fail by itself.
using TrialRunner = std::function<Status(const TrialOrder&, const EventSink&, std::stop_token)>;

/// Writes a new sweep: into `folder`, which must be new or empty, or where that is empty into one of the runs folder.
/// Returns the folder.
Result<std::filesystem::path> createSweep(const SweepSpec& spec, const std::filesystem::path& folder = {});

/// Where the sweep in this folder is, from its journal.
Result<SweepTable> readSweep(const std::filesystem::path& folder);

/// Begins the sweep or goes on with it, and blocks until it is over. A trial that fails does not end it; a stop request
/// does. The sink is never called twice at a time, and is first told what the journal has. Errors where nothing can be
/// trained at all.
Result<SweepTable> runSweep(const std::filesystem::path& folder, const TrialRunner& runTrial, const SweepSink& sink,
                            std::stop_token stop);

/// "trial-001": name of a trial's folder.
std::string trialName(std::int64_t number);

}  // namespace lemnos
