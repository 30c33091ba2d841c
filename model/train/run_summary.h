// RunSummary: what a list of runs shows of each; and the notes that users attach to runs.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// What the user says about a run: notes.json in its folder.
struct RunNotes {
    std::string text;
    std::vector<std::string> tags;  ///< without repetition, in the user's order
    bool operator==(const RunNotes&) const = default;
};

/// Empty for a run without notes. Errors: the file can't be read, or is none.
Result<RunNotes> readNotes(const std::filesystem::path& run);
/// Replaces the file at once; removes it where there is nothing to say.
Status writeNotes(const std::filesystem::path& run, const RunNotes& notes);
/// "a, b; c" as tags: parted at commas and semicolons, without blanks around them and without repetition.
std::vector<std::string> tagsFromText(std::string_view text);

/// Values by epoch, from the first one on; not a number where there is none.
struct RunCurves {
    std::vector<double> trainLoss, validationLoss, trainAccuracy, validationAccuracy, validationMacroF1;
};

struct RunSummary {
    std::filesystem::path folder;
    std::string name, data, network, device,
        state;                                ///< state: "completed", "stopped", "patience", "failed", "unfinished"
    double startedAt = 0;                     ///< seconds since 1970
    double seconds = 0;                       ///< spent on it
    std::int64_t parameters = 0, epochs = 0;  ///< epochs completed
    std::optional<Metrics> best;              ///< validation
    std::optional<Metrics> test;
    RunNotes notes;
    RunCurves curves;
};

/// Nothing where the folder holds no readable run.
std::optional<RunSummary> summaryOf(const std::filesystem::path& run);
/// Changes when what summaryOf() tells may have changed; cheap to get.
std::string summaryStamp(const std::filesystem::path& run);

/// All readable runs of a folder, newest first.
std::vector<RunSummary> listRuns(const std::filesystem::path& folder);
void sortNewestFirst(std::vector<RunSummary>& runs);

nlohmann::json toJson(const RunSummary& summary);
/// Of toJson(); an error for anything else.
Result<RunSummary> summaryFromJson(const nlohmann::json& json);

/// One setting that two runs do not share.
struct SpecDifference {
    std::string setting, first, second;  ///< "learning_rate", "0.001", "0.004"; empty where it does not exist
};
/// How the orders differ, by name; not where the runs are kept. Networks are compared as a whole.
std::vector<SpecDifference> differences(const RunSpec& first, const RunSpec& second);

}  // namespace lemnos
