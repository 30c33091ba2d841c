// Trainer: RunSpec in, Events out, weights on disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/data/pixel_cache.h"
#include "model/together/team.h"
#include "model/train/event.h"
#include "model/train/event_log.h"
#include "model/train/run_spec.h"
#include "model/train/run_store.h"

namespace lemnos {

/// How a run trains with others.
struct TeamRequest {
    const RunSpec& spec;
    const DatasetIndex& index;
    PixelCache& cache;
    EventLog& log;
    std::stop_token stop;
};
/// Makes the team of a run that asks for one (RunSpec::peers).
using TeamMaker = std::function<Result<std::unique_ptr<Team>>(const TeamRequest&)>;

/// What whoever starts a run decides, and the run's spec does not say.
struct TrainerOptions {
    DeviceOptions device{};
    /// The caller promises to resume the run in a fresh process when the error's kind is deviceLost: then there is a
    /// checkpoint, and the run has no last event yet.
    bool retries = false;
    TeamMaker team{};
    /// Of a run that is resumed: who takes part now, in place of RunSpec::peers.
    std::optional<std::vector<std::string>> peers{};
};

/// Trains and blocks until the run is over. A stop request ends it after the step at hand, with a checkpoint.
/// `sink` also gets what is written to events.jsonl; the last event is FinishedEvent or FailedEvent.
/// Returns the folder of the run.
Result<std::filesystem::path> train(RunSpec spec, const EventSink& sink, std::stop_token stop,
                                    const TrainerOptions& options = {});

/// Goes on from last.safetensors; the result is the same as if the run had never stopped.
/// `epochs`, when given, replaces the number of epochs: a way to extend a finished run.
Result<std::filesystem::path> resume(const std::filesystem::path& run, const EventSink& sink, std::stop_token stop,
                                     std::optional<std::int64_t> epochs = {}, const std::string& device = {},
                                     const TrainerOptions& options = {});

/// A trained network, ready to answer: the run's best weights on a device.
class TrainedNetwork {
  public:
    static Result<TrainedNetwork> load(const std::filesystem::path& run, const std::string& device = {},
                                       const DeviceOptions& deviceOptions = {});
    TrainedNetwork(TrainedNetwork&&) noexcept;
    ~TrainedNetwork();

    const RunSpec& spec() const;

    /// Class probabilities of each picture, in order: images x classes. Pictures may have any size.
    Result<std::vector<std::vector<float>>> probabilities(const std::vector<Image>& images);

    /// Loss and accuracy over one part of a data set.
    Result<Metrics> evaluate(const DatasetIndex& index, Split split, const EventSink& sink = {},
                             std::stop_token stop = {});

  private:
    struct State;
    explicit TrainedNetwork(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// The data of a run as it was dealt out when the run began (split.tsv); `other`, when not empty, is another folder
/// with the same classes, all of whose pictures are test pictures unless it is split itself. Class folders are matched
/// by name.
Result<DatasetIndex> datasetOfRun(const RunStore& store, const std::filesystem::path& other = {},
                                  const ScanProgress& progress = {}, std::stop_token stop = {});

}  // namespace lemnos
