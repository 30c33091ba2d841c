// Learner: what takes training steps. A Replica does so alone, a ReplicaGroup shares each step out.
#pragma once

#include <cstdint>
#include <vector>

#include "compute/ops/step.h"
#include "compute/result.h"
#include "model/data/batch.h"
#include "model/graph/rank_work.h"
#include "model/graph/replica_options.h"

namespace lemnos {

/// What one step has found out about its batch.
struct StepResult {
    double lossSum = 0;  ///< over the samples that count
    std::int64_t correct = 0;
    std::int64_t count = 0;

    void add(const StepResult& part) {
        lossSum += part.lossSum;
        correct += part.correct;
        count += part.count;
    }
};

/// Up to two batches are under way at a time: while the device works on one, the host fills the other.
class Learner {
  public:
    static constexpr int slotCount = 2;

    virtual ~Learner() = default;

    /// Starts a training step: forward, backward, and after the last batch of those that are added up, update. seed,
    /// epoch and learningRate are the caller's; the rest of `scalars` is filled in. `step` counts updates from 1 over
    /// the whole run.
    virtual Status train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place = {}) = 0;
    /// Number of batches under way; train() needs it below `slotCount`.
    virtual int underway() const = 0;
    /// Waits for the oldest batch under way.
    virtual Result<StepResult> collect() = 0;
    /// Completes what was put off, with results that have not been told yet. Nothing may be under way.
    virtual Result<StepResult> finish() { return StepResult{}; }
    /// Gives whoever shares in the steps the weights and all else of the replica that is validated and saved. Nothing
    /// may be under way.
    virtual Status align() { return {}; }
    /// How long the steps since the last call have waited for other devices and added up what all have found.
    virtual double takeSyncSeconds() { return 0; }
    /// The rows of the next training batches that this process is likely to train, of `listed` that have a sample: it
    /// is enough when train() is given a batch that holds them. From any thread.
    virtual RowRange rowsWanted(std::int64_t listed) const { return {0, listed}; }
    /// What those who share in the steps have done since the last call, by rank, as far as results of theirs have come;
    /// nobody where one takes the steps alone.
    virtual std::vector<RankWork> takeWork() { return {}; }
};

}  // namespace lemnos
