#include "model/train/training_loop.h"

#include <algorithm>
#include <cmath>

#include "model/phrased_error.h"
#include "model/train/class_counts.h"
#include "model/train/predictions.h"
#include "model/train/prepared_run.h"

namespace lemnos {
namespace {

constexpr double progressSeconds = 0.2;

Metrics metricsOf(const StepResult& r) {
    const double n = static_cast<double>(std::max<std::int64_t>(r.count, 1));
    return {r.lossSum / n, static_cast<double>(r.correct) / n, r.count};
}

void tellProblems(BatchLoader& loader, EventLog& log) {
    for (const FileProblem& problem : loader.takeProblems()) tellLeftOut(problem, log);
}

}  // namespace

void tellLeftOut(const FileProblem& problem, EventLog& log) {
    log.warn("Left out " + displayPath(problem.path) + ": " + problem.reason);
}

Result<std::optional<Metrics>> measure(Replica& replica, const DatasetIndex& index, Split split,
                                       const Preprocess& preprocess, PixelCache* cache, EventLog& log,
                                       std::stop_token stop) {
    BatchLoader loader(index, index.indices(split), preprocess, {.batch = replica.plan().request.batch}, cache);
    StepResult sum;
    ClassCounts counts(index.classes.size());
    const auto collect = [&]() -> Status {
        TRY(const StepResult part, replica.collect());
        sum.add(part);
        for (std::size_t i = 0; i < replica.labels().size(); ++i) counts.add(replica.labels()[i], replica.answers()[i]);
        return {};
    };
    while (const auto batch = loader.next(stop)) {
        if (replica.underway() == Replica::slotCount) TRY_OK(collect());
        TRY_OK(replica.evaluate(*batch));
    }
    while (replica.underway() > 0) TRY_OK(collect());
    tellProblems(loader, log);
    if (stop.stop_requested()) return std::optional<Metrics>();
    Metrics metrics = metricsOf(sum);
    metrics.macroF1 = counts.macroF1();
    return std::optional<Metrics>(metrics);
}

TrainingLoop::TrainingLoop(const TrainingParts& parts, const TrainingState& state)
    : m_parts(parts),
      m_learner(parts.learner),
      m_replica(parts.prepared.replica()),
      m_state(state),
      m_trainSamples(parts.index.indices(Split::train)),
      m_watched(watchedSamples(parts.index, static_cast<std::uint64_t>(intParam(parts.spec.settings, "seed")))),
      m_schedule(*findScheduleType(textParam(parts.spec.settings, "schedule"))),
      m_batch(intParam(parts.spec.settings, "batch")),
      m_epochs(state.epochs > 0 ? state.epochs : intParam(parts.spec.settings, "epochs")),
      m_stepsPerEpoch((static_cast<std::int64_t>(m_trainSamples.size()) + m_batch - 1) / m_batch),
      m_accumulate(intParam(parts.spec.settings, "accumulate")),
      m_learningRate(state.learningRate > 0 ? state.learningRate
                                            : learningRateOf(parts.spec, *parts.prepared.optimizer)),
      m_control(parts.store.folder()),
      m_seed(static_cast<std::uint64_t>(intParam(parts.spec.settings, "seed"))),
      m_secondsBefore(state.seconds) {}

double TrainingLoop::secondsSince(Clock::time_point start) const {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Result<FinishedEvent> TrainingLoop::run() {
    while (m_state.epoch < m_epochs) {
        if (patienceIsOver()) return finish("patience");
        TRY(const bool trained, trainEpoch());
        const Result<bool> finished = trained ? finishEpoch() : Result<bool>(false);
        if (!finished) return finished.error();
        if (!*finished) {
            TRY_OK(saveCheckpoint(false));
            return finish("stopped");
        }
        if (m_stopAfterEpoch && m_state.epoch < m_epochs) return finish("stopped");
    }
    return finish("completed");
}

Result<bool> TrainingLoop::trainEpoch() {
    LoaderOptions options = trainingPass(m_parts.spec, m_state.epoch);
    options.firstBatch = m_state.step;
    options.wanted = [this](std::int64_t listed) { return m_learner.rowsWanted(listed); };
    BatchLoader loader(m_parts.index, m_trainSamples, *m_parts.spec.preprocess, options, &m_parts.cache);
    m_epochStarted = m_lastProgress = m_lastCollected = Clock::now();
    m_epochSamples = 0;
    m_clock = {};
    m_epochTimes = {};
    m_sinceProgress = {};
    while (true) {
        // Gradients that are half added up are in no checkpoint, so a stop request waits for the update.
        const bool mayStop = placeOf(m_state.step + m_learner.underway()).first;
        if (mayStop) {
            TRY_OK(obey());
            TRY_OK(saveWhenDue());
            if (m_stopAsked) break;
        }
        const auto asked = Clock::now();
        const auto batch = loader.next(mayStop ? m_parts.stop : std::stop_token());
        const LoaderTimes loading = loader.takeTimes();
        m_clock.waited(secondsSince(asked), loading.readSeconds, loading.decodeSeconds);
        if (!batch) break;
        if (m_learner.underway() == Learner::slotCount) TRY_OK(collectStep());
        const auto started = Clock::now();
        TRY_OK(startStep(*batch));
        m_clock.uploaded(secondsSince(started));
        tellProgress(false);
    }
    TRY_OK(drain());
    tellProgress(true);
    tellProblems(loader, m_parts.log);
    m_trainSeconds = secondsSince(m_epochStarted);
    return m_state.step == m_stepsPerEpoch;
}

StepPlace TrainingLoop::placeOf(std::int64_t step) const {
    StepPlace place;
    if (m_accumulate == 1) return place;
    const std::int64_t begin = step / m_accumulate * m_accumulate;
    const std::int64_t end = std::min(begin + m_accumulate, m_stepsPerEpoch);
    place.first = step == begin;
    place.last = step + 1 == end;
    // Pictures that turn out to be unreadable count here: they are found only while later batches are read.
    place.groupCount = std::min(end * m_batch, static_cast<std::int64_t>(m_trainSamples.size())) - begin * m_batch;
    return place;
}

SchedulePoint TrainingLoop::pointOf(std::int64_t step) const {
    const std::int64_t updates = (m_stepsPerEpoch + m_accumulate - 1) / m_accumulate;
    return {m_state.epoch * updates + step / m_accumulate, m_epochs * updates, updates, m_state.epoch};
}

Status TrainingLoop::startStep(const Batch& batch) {
    // Steps under way are counted in m_state only when they are collected.
    const std::int64_t step = m_state.step + m_learner.underway();
    const SchedulePoint point = pointOf(step);
    StepScalars scalars;
    scalars.seedLow = static_cast<std::uint32_t>(m_seed);
    scalars.seedHigh = static_cast<std::uint32_t>(m_seed >> 32);
    scalars.epoch = static_cast<std::uint32_t>(m_state.epoch);
    m_stepRate = m_learningRate * scheduleFactor(m_schedule, m_parts.spec.schedule, point, m_state.schedule);
    scalars.learningRate = static_cast<float>(m_stepRate);
    return m_learner.train(batch, scalars, point.step + 1, placeOf(step));
}

Error TrainingLoop::diverged() const {
    return phrasedError(
        {LEMNOS_TEXT("The loss is no longer a number after step %1: the network has diverged. Lower the "
                     "learning rate, and resume or start again."),
         {Phrase::name(std::to_string(m_state.totalSteps + 1))}});
}

Status TrainingLoop::collectStep() {
    const auto asked = Clock::now();
    TRY(const StepResult result, m_learner.collect());
    m_clock.collected(secondsSince(asked), secondsSince(m_lastCollected), m_learner.takeSyncSeconds());
    m_lastCollected = Clock::now();
    if (!std::isfinite(result.lossSum)) return diverged();
    ++m_state.step;
    ++m_state.totalSteps;
    count(result);
    return {};
}

void TrainingLoop::count(const StepResult& result) {
    m_state.lossSum += result.lossSum;
    m_state.correct += result.correct;
    m_state.count += result.count;
    m_epochSamples += result.count;
    m_sinceProgress.add(result);
}

Status TrainingLoop::drain() {
    while (m_learner.underway() > 0) TRY_OK(collectStep());
    TRY(const StepResult rest, m_learner.finish());
    if (!std::isfinite(rest.lossSum)) return diverged();
    count(rest);
    return {};
}

void TrainingLoop::tellProgress(bool always) {
    if (m_sinceProgress.count == 0 || (!always && secondsSince(m_lastProgress) < progressSeconds)) return;
    const StepTimes times = m_clock.take();
    m_epochTimes.add(times);
    m_parts.log.tell(ProgressEvent{m_state.epoch + 1, m_state.step, m_stepsPerEpoch, metricsOf(m_sinceProgress),
                                   static_cast<double>(m_epochSamples) / std::max(secondsSince(m_epochStarted), 1e-9),
                                   etaSeconds(), m_stepRate, times, takeWork(times)});
    m_lastProgress = Clock::now();
    m_sinceProgress = {};
}

/// Validates and closes the epoch; false when a stop request came in between.
Result<bool> TrainingLoop::finishEpoch() {
    TRY_OK(obey());  // also what came while there were no more steps
    if (m_stopAsked) return false;
    const auto started = Clock::now();
    if (!m_parts.alike) TRY_OK(m_learner.align());
    TRY(const auto validation, measure(m_replica, m_parts.index, Split::validation, *m_parts.spec.preprocess,
                                       &m_parts.cache, m_parts.log, m_parts.stop));
    if (!validation) return false;
    const double validationSeconds = secondsSince(started);
    m_validationShare = validationSeconds / std::max(m_trainSeconds, 1e-9);

    TRY(auto predictions, predict(m_replica, m_parts.index, m_watched, *m_parts.spec.preprocess, &m_parts.cache));

    EpochEvent event;
    event.epoch = m_state.epoch + 1;
    event.epochs = m_epochs;
    event.train = metricsOf({m_state.lossSum, m_state.correct, m_state.count});
    event.validation = *validation;
    event.seconds = m_trainSeconds + validationSeconds;
    event.imagesPerSecond = static_cast<double>(m_epochSamples) / std::max(m_trainSeconds, 1e-9);
    event.best = isBest(*validation);
    event.learningRate = m_stepRate;
    event.times = m_epochTimes;

    ++m_state.epoch;
    m_state.step = m_state.correct = m_state.count = 0;
    m_state.lossSum = 0;
    if (event.best) {
        m_state.bestEpoch = m_state.epoch;
        m_state.best = *validation;
    }
    if (m_schedule.observe)
        m_state.schedule = m_schedule.observe(m_parts.spec.schedule, m_state.schedule,
                                              validation->count > 0 ? validation->loss : event.train.loss);
    m_state.lastEpoch = toLine(Event{0, event});
    TRY_OK(saveCheckpoint(event.best));
    m_parts.log.tell(event);
    if (!predictions.empty()) m_parts.log.tell(PredictionsEvent{event.epoch, std::move(predictions)});
    return true;
}

bool TrainingLoop::isBest(const Metrics& validation) const {
    // Without validation pictures the last epoch is the best there is.
    if (m_state.bestEpoch == 0 || validation.count == 0) return true;
    return isBetter(bestByOf(m_parts.spec), validation, m_state.best);
}

bool TrainingLoop::patienceIsOver() const {
    const std::int64_t patience = intParam(m_parts.spec.settings, "patience");
    return patience > 0 && m_state.step == 0 && m_state.epoch - m_state.bestEpoch >= patience;
}

/// The last checkpoint is written last: what it says of the best epoch is then on disk already.
Status TrainingLoop::saveCheckpoint(bool best) {
    m_state.seconds = m_secondsBefore + secondsSince(m_started);
    TRY(const TensorFile file,
        makeCheckpoint(m_replica, *m_parts.prepared.optimizer, m_state, realParam(m_parts.spec.settings, "ema") > 0));
    if (best) {
        TRY_OK(writeSafetensors(m_parts.store.file("best.safetensors"), file));
        TensorFile weights = weightsOnly(m_replica.plan(), file);
        weights.metadata["epoch"] = std::to_string(m_state.bestEpoch);
        TRY_OK(writeSafetensors(m_parts.store.file("weights.safetensors"), weights));
    }
    m_lastCheckpoint = Clock::now();
    return writeSafetensors(m_parts.store.file("last.safetensors"), file);
}

/// Closes the run: a run that is over is judged on its test pictures, with its best weights.
Result<FinishedEvent> TrainingLoop::finish(const std::string& reason) {
    FinishedEvent event{
        reason, m_state.epoch, m_state.bestEpoch, m_state.best, {}, m_secondsBefore + secondsSince(m_started)};
    if (reason == "stopped" || m_parts.index.count(Split::test) == 0) return event;
    TRY(const TensorFile best, readSafetensors(m_parts.store.file("weights.safetensors")));
    TRY(const auto weights, tensorsToWeights(m_replica.plan(), best));
    TRY_OK(m_replica.writeWeights(weights));
    m_parts.log.phase(LEMNOS_TEXT("Testing the best weights"));
    TRY(event.test, measure(m_replica, m_parts.index, Split::test, *m_parts.spec.preprocess, &m_parts.cache,
                            m_parts.log, m_parts.stop));
    return event;
}

}  // namespace lemnos
