// TrainingLoop: epochs of training and validation, with checkpoints.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "compute/device.h"
#include "compute/result.h"
#include "model/data/batch_loader.h"
#include "model/data/dataset_index.h"
#include "model/graph/replica.h"
#include "model/schedules/schedule.h"
#include "model/train/checkpoint.h"
#include "model/train/event_log.h"
#include "model/train/prepared_run.h"
#include "model/train/run_control.h"
#include "model/train/run_spec.h"
#include "model/train/run_store.h"
#include "model/train/step_clock.h"

namespace lemnos {

/// Loss and accuracy of one part of a data set, on a replica with nothing under way. Empty parts give zero samples; a
/// stop request gives nothing.
Result<std::optional<Metrics>> measure(Replica& replica, const DatasetIndex& index, Split split,
                                       const Preprocess& preprocess, PixelCache* cache, EventLog& log,
                                       std::stop_token stop);

/// Warns of a picture that is not trained on.
void tellLeftOut(const FileProblem& problem, EventLog& log);

/// What a loop works with; all of it outlives the loop.
struct TrainingParts {
    const RunSpec& spec;
    const DatasetIndex& index;
    PixelCache& cache;
    const PreparedRun& prepared;
    Learner& learner;  ///< takes the steps: that of `prepared`, or a team's
    bool alike;        ///< those who take the steps round alike, so that they stay equal to the bit by themselves
    RunStore& store;
    EventLog& log;
    std::stop_token stop;
};

class TrainingLoop {
  public:
    TrainingLoop(const TrainingParts& parts, const TrainingState& state);

    std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }
    /// Trains until the last epoch, a stop request or the end of patience; the run's files are complete afterwards.
    Result<FinishedEvent> run();

  private:
    using Clock = std::chrono::steady_clock;

    Result<bool> trainEpoch();  ///< false: stopped
    Result<bool> finishEpoch();
    Status startStep(const Batch& batch);
    StepPlace placeOf(std::int64_t step) const;  ///< of a batch of the epoch, from 0
    SchedulePoint pointOf(std::int64_t step) const;
    Status collectStep();
    void count(const StepResult& result);
    Error diverged() const;
    Status drain();  ///< nothing is under way afterwards
    Status obey();
    Status obey(const RunCommand& command);
    Status waitPaused();
    Status saveWhenDue();
    void tellProgress(bool always);
    std::vector<DeviceWork> takeWork(const StepTimes& times);
    bool isBest(const Metrics& validation) const;
    double etaSeconds() const;
    bool patienceIsOver() const;
    Status saveCheckpoint(bool best);
    Result<FinishedEvent> finish(const std::string& reason);
    double secondsSince(Clock::time_point start) const;

    TrainingParts m_parts;
    Learner& m_learner;  // takes the training steps
    Replica& m_replica;  // is validated and saved
    TrainingState m_state;
    std::vector<std::uint32_t> m_trainSamples, m_watched;  // watched: see predictions.h
    const ScheduleType& m_schedule;
    std::int64_t m_batch, m_epochs, m_stepsPerEpoch, m_accumulate;
    double m_learningRate;
    RunControl m_control;
    bool m_stopAsked = false, m_stopAfterEpoch = false, m_paused = false;
    std::uint64_t m_seed;

    Clock::time_point m_started = Clock::now();  // of this process's part of the run
    double m_secondsBefore = 0;                  // of earlier parts
    Clock::time_point m_epochStarted, m_lastProgress, m_lastCheckpoint = Clock::now();
    std::int64_t m_epochSamples = 0;  // trained in this part of the epoch
    Clock::time_point m_lastCollected;
    StepClock m_clock;
    StepTimes m_epochTimes;
    double m_stepRate = 0;           // learning rate of the last step
    double m_trainSeconds = 0;       // of this epoch
    double m_validationShare = 0.1;  // of an epoch's time, as last seen
    StepResult m_sinceProgress;
};

}  // namespace lemnos
