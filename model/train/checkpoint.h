// Checkpoints: everything a run needs to go on as if it had never stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "compute/result.h"
#include "model/exchange/safetensors.h"
#include "model/graph/plan.h"
#include "model/graph/replica.h"
#include "model/schedules/schedule.h"
#include "model/train/event.h"

namespace lemnos {

/// Where a run stands, apart from weights and optimizer state.
struct TrainingState {
    std::int64_t epoch = 0;       ///< epochs completed
    std::int64_t step = 0;        ///< steps done in the epoch at hand
    std::int64_t totalSteps = 0;  ///< steps done in the whole run
    double lossSum = 0;           ///< of the epoch at hand, over `count` training samples
    std::int64_t correct = 0, count = 0;
    std::int64_t bestEpoch = 0;  ///< from 1; 0: none yet
    Metrics best;                ///< validation metrics of that epoch
    double seconds = 0;          ///< spent so far
    ScheduleState schedule;
    // What the user changed while it trained; 0: as ordered.
    double learningRate = 0;
    std::int64_t epochs = 0;
    /// Line of the last EpochEvent. It is told when the checkpoint is on disk, so whoever is killed in between has not
    /// told it; a resumed run does.
    std::string lastEpoch;
};

/// Weights of a file, by name and without padding, back in the arena. Errors name the tensor.
Result<std::vector<float>> tensorsToWeights(const Plan& plan, const TensorFile& file);

/// The replica's weights, their average if it is `averaged` (ReplicaOptions::ema), and optimizer state, with `state` in
/// the metadata.
Result<TensorFile> makeCheckpoint(Replica& replica, const OptimizerType& optimizer, const TrainingState& state,
                                  bool averaged);
/// A checkpoint's weights alone, as they go to weights.safetensors: their average, if there is one.
TensorFile weightsOnly(const Plan& plan, TensorFile checkpoint);
/// Puts a checkpoint into the replica and returns its state.
Result<TrainingState> restoreCheckpoint(Replica& replica, const OptimizerType& optimizer, const TensorFile& file,
                                        bool averaged);

}  // namespace lemnos
