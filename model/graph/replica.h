// Replica: a planned network on one device, with its recordings made once and submitted every step.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/ops/step.h"
#include "compute/result.h"
#include "model/data/batch.h"
#include "model/graph/loss_scale.h"
#include "model/graph/plan.h"
#include "model/graph/replica_options.h"
#include "model/optimizers/optimizer.h"

namespace lemnos {

/// How bytes become numbers: (value - mean) / deviation, per channel.
struct InputScaling {
    std::vector<float> mean, deviation;
};

/// What one step has found out about its batch.
struct StepResult {
    double lossSum = 0;  ///< over the samples that count
    std::int64_t correct = 0;
    std::int64_t count = 0;
};

/// The optimizer with its settings; none for a network that only answers.
struct OptimizerChoice {
    const OptimizerType* type = nullptr;
    ParamMap params;
};

/// Up to two batches are under way at a time: while the device works on one, the host fills the other.
class Replica {
  public:
    static constexpr int slotCount = 2;

    /// Reserves all memory and records all work. `device` must outlive the replica; weights start as zero.
    static Result<std::unique_ptr<Replica>> create(Device& device, const Plan& plan, const OptimizerChoice& optimizer,
                                                   const InputScaling& scaling, const ReplicaOptions& options = {});
    ~Replica();

    const Plan& plan() const { return m_plan; }

    /// Starts a training step: forward, backward, and after the last batch of those that are added up, update. seed,
    /// epoch and learningRate are the caller's; the rest of `scalars` is filled in. `step` counts updates from 1 over
    /// the whole run.
    Status train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place = {});
    /// Starts a forward pass without dropout that only finds loss (plain cross-entropy) and right answers.
    Status evaluate(const Batch& batch);
    /// Number of batches under way; train() and evaluate() need it below `slotCount`.
    int underway() const { return static_cast<int>(m_submitted - m_collected); }
    /// Waits for the oldest batch under way.
    Result<StepResult> collect();

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
        std::int64_t count = 0;
        bool updates = false;  ///< its work ends with an update
    };

    Replica(Device& device, const Plan& plan, const OptimizerChoice& optimizer, const ReplicaOptions& options);
    Status allocate();
    Status allocateBatch();
    Status record(const InputScaling& scaling);
    Status recordSlots();
    Status recordNetwork(const InputScaling& scaling);
    Status recordUpdate();
    void recordForward(Recorder& recorder, const InputScaling& scaling, bool training);
    void recordLoss(Recorder& recorder, bool training);
    void recordBackward(Recorder& recorder, bool accumulate);
    LayerRecording layerRecording(Recorder& recorder, int index, Pass pass, bool backward) const;
    Tensor activations(Place place, std::int64_t rows, std::int64_t columns, ElementType type) const;
    Tensor valueOf(int layer, bool backward = false) const;
    Tensor gradientOf(int layer) const;
    void fillSlot(Slot& slot, const Batch& batch, const StepScalars& scalars);
    Status start(const Batch& batch, const StepScalars& scalars, std::span<const Recording* const> work,
                 bool updates = false);
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
    std::unique_ptr<Recording> m_forward, m_backward, m_backwardMore, m_update, m_forwardOnly, m_loss, m_answer;
};

}  // namespace lemnos
