// RunStore: the folder of one run.
//
//   spec.json            the RunSpec, with preprocessing and classes filled in
//   features.safetensors what PCA features were fitted to, for runs that have them
//   split.tsv            which picture was in which part
//   data.lemnos          the project that the data came from, as it was then; where it came from one
//   doctor.json          what was wrong with the data
//   events.jsonl         every Event, appended
//   metrics.csv          figures of each epoch, for other programs
//   tensorboard          the same for TensorBoard, where it was asked for
//   notes.json           what the user says about it
//   weights.safetensors  the best weights so far, without optimizer state
//   best.safetensors     best checkpoint, with optimizer state
//   last.safetensors     last checkpoint, with optimizer state: where resume goes on
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/files.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// Opens and writes the files of a run folder.
class RunStore {
  public:
    /// A new folder (or the spec's own, which must be empty or missing) with its spec.json.
    static Result<RunStore> create(RunSpec& spec);
    static Result<RunStore> open(const std::filesystem::path& folder);

    const std::filesystem::path& folder() const { return m_folder; }
    std::filesystem::path file(std::string_view name) const { return m_folder / name; }

    Result<RunSpec> readSpec() const;
    Status writeSpec(const RunSpec& spec) const;
    /// Appends one line and flushes it.
    Status append(const Event& event);
    enum class WithProgress : std::uint8_t { no, yes };
    /// Without progress and predictions a list of all runs does not spend its time on parsing them.
    Result<std::vector<Event>> readEvents(WithProgress progress = WithProgress::yes) const;

  private:
    explicit RunStore(std::filesystem::path folder);
    std::filesystem::path m_folder;
    struct FileCloser {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    std::unique_ptr<std::FILE, FileCloser> m_events;
};

/// A new folder in the runs folder that nobody else has, named after the time and `name`.
Result<std::filesystem::path> makeFreshFolder(const std::string& name);

/// What a sweep keeps in its folder; its runs lie beside it.
inline constexpr std::string_view sweepFileName = "sweep.json";
/// What may be a run in a folder of runs: the folders in it, and those in the folders of sweeps.
std::vector<std::filesystem::path> runFoldersIn(const std::filesystem::path& folder);
/// The run's name among all runs: that of its folder, behind that of the sweep that it belongs to.
std::string runNameOf(const std::filesystem::path& run);

/// The order of the run in this folder.
Result<RunSpec> specOfRun(const std::filesystem::path& folder);

}  // namespace lemnos
