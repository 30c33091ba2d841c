// Replica: a planned network on one device, with its recordings made once and submitted every step.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/result.h"
#include "model/data/batch.h"
#include "model/graph/gradient_buckets.h"
#include "model/graph/learner.h"
#include "model/graph/loss_scale.h"
#include "model/graph/plan.h"
#include "model/graph/replica_options.h"
#include "model/optimizers/optimizer.h"

namespace lemnos {

/// How bytes become numbers: (value - mean) / deviation, per channel.
struct InputScaling {
    std::vector<float> mean, deviation;
};

/// The optimizer with its settings; none for a network that only answers.
struct OptimizerChoice {
    const OptimizerType* type = nullptr;
    ParamMap params;
};

class Replica final : public Learner {
  public:
    /// Reserves all memory and records all work. `device` must outlive the replica; weights start as zero.
    static Result<std::unique_ptr<Replica>> create(Device& device, const Plan& plan, const OptimizerChoice& optimizer,
                                                   const InputScaling& scaling, const ReplicaOptions& options = {});
    ~Replica() override;

    const Plan& plan() const { return m_plan; }

    Status train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place = {}) override;
    /// Starts a forward pass without dropout that only finds loss (plain cross-entropy) and right answers.
    Status evaluate(const Batch& batch);
    /// What the batch that was collected last was found to be, a class for each row; valid until the next call.
    std::span<const std::uint32_t> answers() const { return m_found; }
    /// Its labels.
    std::span<const std::uint32_t> labels() const { return m_expected; }
    int underway() const override { return static_cast<int>(m_submitted - m_collected); }
    Result<StepResult> collect() override;

    // With ReplicaOptions::shared, train() ends with the gradients, which are those of this replica's part of a step
    // and are to be summed with the others'. Nothing may be under way.

    /// The gradients (Plan::learntFloats) since the batch that was `first`, as the mean over StepPlace::groupCount
    /// samples. Valid until the next call.
    Result<std::span<const float>> gradients();
    /// Gradients come in the order in which backward is done with them, a few megabytes at a time.
    std::span<const GradientBucket> buckets() const { return m_buckets; }
    /// Blocks until one of them is there, of the batch that was started last and was `last`; the rest of its work may
    /// still be under way. The whole arena, of which that bucket's parts are valid until the next train().
    Result<std::span<const float>> gradients(std::size_t bucket);
    /// How much of the work on a batch is done when its first bucket is there, about.
    double shareBeforeBuckets() const;
    /// What the batch that was collected last would make of the statistics: the running means and variances, and
    /// whatever else does not learn (Plan::statisticFloats). The replica itself has taken it back.
    std::span<const float> statistics() const { return m_statistics; }
    /// The statistics as they are, to count changes from; set by update() and writeWeights().
    std::span<const float> keptStatistics() const { return m_kept; }
    /// Blocks. The optimizer's step with these gradients, the sum of all; `statistics` replace those there are.
    Status update(std::span<const float> gradients, std::span<const float> statistics, StepScalars scalars,
                  std::int64_t step);

    /// Class probabilities, rows x classes, of a batch; blocks. Nothing may be under way.
    Result<std::vector<float>> probabilities(const Batch& batch);

    /// The parameter arena (Plan::parameterFloats), and the optimizer's arenas (Plan::learntFloats) in the order of
    /// OptimizerType::state; padding included. Writing weights also sets their average.
    Result<std::vector<float>> readWeights();
    Status writeWeights(std::span<const float> arena);
    /// The moving average of the weights, with ReplicaOptions::ema; a parameter arena.
    Result<std::vector<float>> readAverage();
    Status writeAverage(std::span<const float> arena);
    Result<std::vector<float>> readState(int index);
    Status writeState(int index, std::span<const float> arena);
    bool hasAverage() const { return m_average != nullptr; }
    int stateCount() const { return static_cast<int>(m_state.size()); }
    /// Weights, their average, optimizer state and loss scale of another replica of the same plan and options.
    Status takeOver(Replica& other);
    /// The gradient arena (Plan::learntFloats) of the last training step; for tests.
    Result<std::vector<float>> readGradients();

    /// Of mixed precision; part of what a run needs to go on as if it had never stopped.
    const LossScale& lossScale() const { return m_lossScale; }
    void setLossScale(const LossScale& scale) { m_lossScale = scale; }

  private:
    struct Slot {
        std::unique_ptr<Buffer> upload, results;
        std::unique_ptr<Recording> uploading, downloading;
        Ticket ticket = 0;
        std::vector<std::uint32_t> labels;
        std::int64_t count = 0;
        bool updates = false;  ///< its work ends with an update
    };
    /// What ReplicaOptions::shared takes.
    struct Shared {
        std::unique_ptr<Buffer> kept;       ///< statistics as they are, on the device
        std::unique_ptr<Buffer> sums;       ///< where the host writes scalars, gradients and statistics
        std::unique_ptr<Buffer> gradients;  ///< where the host reads gradients, and scalars behind them
        std::unique_ptr<Recording> take, tell;
        std::vector<std::unique_ptr<Recording>> fetch;  ///< of each bucket
        std::vector<Ticket> fetched;                    ///< of the batch that was last
    };

    Replica(Device& device, const Plan& plan, const OptimizerChoice& optimizer, const ReplicaOptions& options);
    Status allocate();
    Status allocateBatch();
    Status record(const InputScaling& scaling);
    Status recordSlots();
    Status recordNetwork(const InputScaling& scaling);
    Status recordUpdate();
    void fillForUpdate(StepScalars& scalars, std::int64_t step) const;
    Status allocateShared();
    Status recordShared();
    void recordForward(Recorder& recorder, const InputScaling& scaling, bool training);
    void recordLoss(Recorder& recorder, bool training);
    Status recordBackward(Recorder& recorder, bool accumulate, std::vector<std::unique_ptr<Recording>>& parts);
    LayerRecording layerRecording(Recorder& recorder, int index, Pass pass, bool backward) const;
    Tensor activations(Place place, std::int64_t rows, std::int64_t columns, ElementType type) const;
    Tensor valueOf(int layer, bool backward = false) const;
    Tensor gradientOf(int layer) const;
    void fillSlot(Slot& slot, const Batch& batch, const StepScalars& scalars);
    Status start(const Batch& batch, const StepScalars& scalars, std::span<const Recording* const> work,
                 bool updates = false);
    Slot& fillNext(const Batch& batch, const StepScalars& scalars);
    Status startByBuckets(const Batch& batch, const StepScalars& scalars, bool more);
    std::span<const float> fetchedGradients() const;
    Result<std::vector<float>> readArena(Buffer& buffer);
    Status writeArena(Buffer& buffer, std::span<const float> arena);

    Device& m_device;
    Plan m_plan;
    OptimizerChoice m_optimizer;
    ReplicaOptions m_options;
    std::unique_ptr<Buffer> m_weights, m_average, m_gradients, m_activations, m_batch, m_results;
    std::unique_ptr<Buffer> m_answers, m_probabilities;  ///< on the device, and where the host reads them
    std::vector<std::unique_ptr<Buffer>> m_state;
    Tensor m_classWeights;
    std::unique_ptr<Buffer> m_classWeightBuffer;
    // Parts of the batch buffer, and the same offsets in every upload buffer.
    Tensor m_scalars, m_labels, m_otherLabels, m_labelShare, m_sampleIndices, m_pixels, m_wholeBatch;
    Tensor m_scalarsBack;  ///< the same offset in every results buffer
    Slot m_slots[slotCount];
    LossScale m_lossScale;
    float m_groupScale = 1;  ///< the loss scale of the batches whose gradients are added up
    std::uint64_t m_submitted = 0, m_collected = 0;
    std::vector<std::uint32_t> m_expected, m_found;  ///< of the batch that was collected last
    Shared m_shared;
    std::vector<float> m_kept, m_statistics;
    Tensor m_statisticsBack;  ///< the same offset in every results buffer
    std::vector<GradientBucket> m_buckets;
    std::vector<std::unique_ptr<Recording>> m_backward, m_backwardMore;  ///< a part for each bucket
    std::unique_ptr<Recording> m_forward, m_update, m_forwardOnly, m_loss, m_answer;
};

}  // namespace lemnos
