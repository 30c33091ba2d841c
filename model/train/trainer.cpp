#include "model/train/trainer.h"

#include <algorithm>
#include <chrono>

#include "model/graph/initialise.h"
#include "model/phrased_error.h"
#include "model/together/team_devices.h"
#include "model/together/team_learner.h"
#include "model/train/checkpoint.h"
#include "model/train/event_log.h"
#include "model/train/metrics_file.h"
#include "model/train/prepared_run.h"
#include "model/train/run_data.h"
#include "model/train/run_lock.h"
#include "model/train/tensorboard.h"
#include "model/train/training_loop.h"

namespace lemnos {
namespace {

StartedEvent startedEvent(const RunSpec& spec, const DatasetIndex& index, const PreparedRun& prepared,
                          std::int64_t stepsPerEpoch, bool resumed) {
    const Plan& plan = prepared.replica().plan();
    StartedEvent event;
    event.run = displayPath(spec.run);
    event.device = prepared.deviceNames();
    if (!spec.peers.empty())
        event.device += " + " + std::to_string(spec.peers.size()) + (spec.peers.size() == 1 ? " PC" : " PCs");
    event.network = spec.model.name;
    event.parameters = plan.parameters;
    event.trainCount = static_cast<std::int64_t>(index.count(Split::train));
    event.validationCount = static_cast<std::int64_t>(index.count(Split::validation));
    event.testCount = static_cast<std::int64_t>(index.count(Split::test));
    event.epochs = intParam(spec.settings, "epochs");
    event.stepsPerEpoch = stepsPerEpoch;
    event.memoryBytes = plan.totalBytes() * static_cast<std::int64_t>(prepared.replicas.size());
    event.resumed = resumed;
    event.bestBy = bestByOf(spec);
    return event;
}

/// Has the run written for other programs, too. What can't be written is told, and trained without.
void recordFigures(const RunSpec& spec, RunStore& store, EventLog& log, const std::vector<Event>& before) {
    const auto tellError = [&](const Error& error) { log.tell(LogEvent{LogEvent::Level::error, error.message}); };
    auto metrics = MetricsFile::create(store.file("metrics.csv"), before);
    if (metrics) {
        const auto file = std::make_shared<MetricsFile>(*std::move(metrics));
        log.record([file](const Event& event) { return file->add(event); });
    } else {
        tellError(metrics.error());
    }
    if (!boolParam(spec.settings, "tensorboard")) return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    auto board = TensorBoardFiles::create(store.file("tensorboard"), std::chrono::duration<double>(now).count(),
                                          std::to_string(now / std::chrono::seconds(1)) + ".lemnos." +
                                              std::to_string(now / std::chrono::nanoseconds(1) % 1'000'000'000));
    if (board) {
        const auto files = std::make_shared<TensorBoardFiles>(*std::move(board));
        log.record([files](const Event& event) { return files->add(event); });
    } else {
        tellError(board.error());
    }
}

/// Each of a team finds out about its own pictures alone.
void tellUnreadable(const RunSpec& spec, const DatasetIndex& index, const PixelCache& cache, EventLog& log) {
    for (const std::uint32_t sample : index.indices(Split::train)) {
        if (!cache.isUnreadable(sample)) continue;
        const auto picture = readPrepared(index.absolutePath(index.samples[sample]), *spec.preprocess);
        if (!picture) tellLeftOut({std::string(index.samples[sample].path), picture.error().message}, log);
    }
}

/// Runs the loop and returns the folder; the log has the run's last event unless there is an error.
Result<std::filesystem::path> runLoop(const RunSpec& spec, const DatasetIndex& index, PreparedRun& prepared,
                                      RunStore& store, EventLog& log, const TrainingState& state, bool resumed,
                                      std::stop_token stop, const TeamMaker& makeTeam) {
    TRY(PixelCache cache, cacheForRun(spec, index, log, stop));
    std::optional<TeamOfDevices> team;
    std::optional<TeamLearner> together;
    if (!spec.peers.empty()) {
        if (!makeTeam) return Error{"This program can't train with other PCs; use lemnos-cli.", "peers"};
        TRY(auto pcs, makeTeam({spec, index, cache, log, stop}));
        tellUnreadable(spec, index, cache, log);
        const TeamOptions options = teamOptionsFrom(spec.settings, pcs->canLeaveOut());
        const std::vector<MemberParts> devices = membersOn(prepared, spec, index, cache, options);
        team.emplace(std::move(pcs), devices);
        together.emplace(devices.front(), *team);
    }
    Learner& learner = together ? static_cast<Learner&>(*together) : prepared.learner();
    TrainingLoop loop({spec, index, cache, prepared, learner, !together && prepared.alike(), store, log, stop}, state);
    log.tell(startedEvent(spec, index, prepared, loop.stepsPerEpoch(), resumed));
    TRY(const FinishedEvent finished, loop.run());
    log.tell(finished);
    return store.folder();
}

Result<std::filesystem::path> trainLogged(RunSpec& spec, EventLog& log, std::optional<RunStore>& store,
                                          std::stop_token stop, const TrainerOptions& options) {
    // Everything that can be wrong with the order is found before a folder is made.
    TRY(const DatasetIndex index, dataForNewRun(spec, log, stop));
    log.phase(LEMNOS_TEXT("Preparing the device"));
    TRY(PreparedRun prepared, prepareRun(spec, index, options.device));
    TRY_OK(prepared.replica().writeWeights(
        initialWeights(prepared.replica().plan(), static_cast<std::uint64_t>(intParam(spec.settings, "seed")))));
    TRY_OK(prepared.learner().align());

    TRY(store, RunStore::create(spec));
    TRY_OK(holdRun(store->folder()));
    TRY_OK(recordData(spec, index, *store, stop));
    log.attach(*store);
    recordFigures(spec, *store, log, {});
    return runLoop(spec, index, prepared, *store, log, {}, false, stop, options.team);
}

/// Puts the last checkpoint into the replica; a run that was killed before its first one begins as it did.
Result<TrainingState> lastState(const RunSpec& spec, PreparedRun& prepared, const RunStore& store) {
    const std::filesystem::path file = store.file("last.safetensors");
    if (std::error_code code; !std::filesystem::exists(file, code)) {
        TRY_OK(prepared.replica().writeWeights(
            initialWeights(prepared.replica().plan(), static_cast<std::uint64_t>(intParam(spec.settings, "seed")))));
        return TrainingState{};
    }
    TRY(const TensorFile checkpoint, readSafetensors(file));
    return restoreCheckpoint(prepared.replica(), *prepared.optimizer, checkpoint, realParam(spec.settings, "ema") > 0);
}

/// The epoch that the checkpoint has and the events have not.
std::optional<EpochEvent> untoldEpoch(const TrainingState& state, const std::vector<Event>& events) {
    const auto last = eventFromLine(state.lastEpoch);
    const auto* epoch = last ? std::get_if<EpochEvent>(&last->what) : nullptr;
    if (!epoch || std::ranges::any_of(events, [&](const Event& event) {
            const auto* told = std::get_if<EpochEvent>(&event.what);
            return told && told->epoch == epoch->epoch;
        }))
        return {};
    return *epoch;
}

Result<std::filesystem::path> resumeLogged(RunSpec& spec, RunStore& store, EventLog& log, std::stop_token stop,
                                           const TrainerOptions& options, bool otherEpochs) {
    if (!spec.preprocess || spec.classes.empty())
        return phrasedError({LEMNOS_TEXT("The run in '%1' never began; start it again with train."),
                             {Phrase::name(displayPath(store.folder()))}});
    const auto progress = [&](std::size_t done, std::size_t total) {
        log.phase(LEMNOS_TEXT("Looking through the pictures"), static_cast<std::int64_t>(done),
                  static_cast<std::int64_t>(total));
    };
    TRY(const DatasetIndex index, datasetOfRun(store, {}, progress, stop));
    log.phase(LEMNOS_TEXT("Preparing the device"));
    TRY(PreparedRun prepared, prepareRun(spec, index, options.device));
    TRY(TrainingState state, lastState(spec, prepared, store));
    TRY_OK(prepared.learner().align());
    TRY(const std::vector<Event> events, store.readEvents(RunStore::WithProgress::no));
    // The number of epochs asked for last is in force, whether while it trained or now.
    if (otherEpochs) state.epochs = 0;
    if (state.epochs > 0) spec.settings["epochs"] = state.epochs;
    const bool ended = !events.empty() && std::holds_alternative<FinishedEvent>(events.back().what);
    if (ended && state.epoch >= intParam(spec.settings, "epochs"))
        return phrasedError({LEMNOS_TEXT("The run in '%1' is complete after %2 epochs; ask for more epochs to go on."),
                             {Phrase::name(displayPath(store.folder())), Phrase::name(std::to_string(state.epoch))}});
    log.attach(store);
    recordFigures(spec, store, log, events);
    if (const auto untold = untoldEpoch(state, events)) log.tell(*untold);
    return runLoop(spec, index, prepared, store, log, state, true, stop, options.team);
}

/// Tells the error, if there is one, as the run's last event; or as a warning where the caller goes on.
Result<std::filesystem::path> told(Result<std::filesystem::path> result, EventLog& log, const RunStore* store = nullptr,
                                   bool retries = false) {
    if (result) return result;
    Error error = result.error();
    const bool goesOn = retries && error.kind == Error::Kind::deviceLost && store &&
                        std::filesystem::exists(store->file("last.safetensors"));
    if (goesOn) {
        log.warn(error.message + " Going on from the last checkpoint in a fresh process.");
        return error;
    }
    error.kind = Error::Kind::other;
    log.tell(FailedEvent{error.message});
    return error;
}

}  // namespace

Result<std::filesystem::path> train(RunSpec spec, const EventSink& sink, std::stop_token stop,
                                    const TrainerOptions& options) {
    EventLog log(sink);
    std::optional<RunStore> store;
    auto result = trainLogged(spec, log, store, stop, options);
    return told(std::move(result), log, store ? &*store : nullptr, options.retries);
}

Result<std::filesystem::path> resume(const std::filesystem::path& run, const EventSink& sink, std::stop_token stop,
                                     std::optional<std::int64_t> epochs, const std::string& device,
                                     const TrainerOptions& options) {
    EventLog log(sink);
    auto store = RunStore::open(run);
    if (!store) return told(store.error(), log);
    if (const Status held = holdRun(store->folder()); !held) return told(held.error(), log);
    auto spec = store->readSpec();
    if (!spec) return told(spec.error(), log);
    if (!device.empty()) spec->device = device;
    if (options.peers) spec->peers = *options.peers;
    if (epochs) {
        spec->settings["epochs"] = *epochs;
        if (const Status status = store->writeSpec(*spec); !status) return told(status.error(), log);
    }
    auto result = resumeLogged(*spec, *store, log, stop, options, epochs.has_value());
    return told(std::move(result), log, &*store, options.retries);
}

}  // namespace lemnos
