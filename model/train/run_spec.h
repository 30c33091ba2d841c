// RunSpec: everything that decides what a run does. The same spec on the same device gives the same weights.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/data/preprocess.h"
#include "model/graph/graph.h"
#include "model/param.h"
#include "model/train/best_by.h"

namespace lemnos {

/// What to train on. Zero and empty mean: decide from the data.
struct DataSpec {
    std::filesystem::path path;
    int width = 0, height = 0;              ///< 0: the pictures' own size when all are equal and at most 64, else 64
    int channels = 0;                       ///< 0: 1 when every picture is grey, else 3
    std::vector<TransformSpec> preprocess;  ///< of every picture, in order
    std::vector<TransformSpec> augment;     ///< of training pictures, in order
};

/// {height, width, channels} that pictures are trained at: what the spec says, and where it says nothing, what suits
/// data whose pictures share the size `common` (zeros: they don't) and are all grey or not.
Shape trainingShape(const DataSpec& data, const CommonSize& common, bool grey);

/// The whole order for one run. JSON: {"format":"lemnos-run","version":1,...}.
struct RunSpec {
    DataSpec data;
    std::string templateName;  ///< a template, built when the size of the pictures is known; empty: `model` is given
    Graph model;
    double width = 1;             ///< of widthParam(); applied to the network when the run starts, which sets it to 1
    ParamMap settings;            ///< of runSettings()
    ParamMap optimizer;           ///< of the OptimizerType's params
    ParamMap schedule;            ///< of the ScheduleType's params
    std::string device = "auto";  ///< or several with commas between, see devicesOf()
    std::vector<std::string> peers;  ///< names of the trusted PCs that it trains with
    std::filesystem::path run;       ///< folder of the run; empty: a new one in the runs folder

    // Filled in when the run starts, so that the run folder alone says how to use the weights:
    std::optional<Preprocess> preprocess;
    std::vector<std::string> classes;
};

/// The ids in RunSpec::device: "vulkan:0,vulkan:1" are two devices that train together, "cpu,cpu" the same one twice.
std::vector<std::string> devicesOf(const std::string& device);
/// The other way; "auto" for none.
std::string deviceOf(const std::vector<std::string>& devices);

/// What the best epoch goes by: the setting best_by.
BestBy bestByOf(const RunSpec& spec);

/// "width": how many times as wide as it is written the network is built.
const Param& widthParam();

/// Descriptions of the training settings, from "epochs" to "split_seed". learning_rate 0 means the optimizer's own
/// default.
const std::vector<Param>& runSettings();

nlohmann::json toJson(const RunSpec& spec);
/// Checks everything; errors name the setting. A newer version is refused.
Result<RunSpec> runSpecFromJson(const nlohmann::json& json);
Result<RunSpec> readRunSpec(const std::filesystem::path& file);

/// Builds the network for such pictures, if it is to come from a template, and as wide as wanted.
Status buildModel(RunSpec& spec, const Shape& picture);

/// A spec with every default, the given template and data folder.
Result<RunSpec> makeRunSpec(const std::filesystem::path& data, std::string_view templateName);

/// The command line that does the same, for copying: "lemnos-cli train --data ... --template ...".
/// `picture` is the size of the pictures, where it is known, by which an unchanged template is told.
std::string equivalentCommand(const RunSpec& spec, const Shape& picture = {});

}  // namespace lemnos
