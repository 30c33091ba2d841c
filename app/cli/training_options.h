// The options of `train`, made by walking the descriptions of settings, optimizers, schedules and transforms.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/train/run_spec.h"

namespace CLI {
class App;
}

namespace lemnos {

/// What the user typed; settings, optimizer and schedule values by Param key.
struct TrainingOptions {
    std::string data, templateName, model, spec, size, channels, run, collective;
    std::vector<std::string> preprocess, augment, devices, peers;
    std::map<std::string, std::string> settings, optimizer, schedule, network;
    bool events = false, json = false;
};

/// --template and --model, of which one excludes the other.
void addNetworkOptions(CLI::App& command, std::string& templateName, std::string& model);
/// --size.
void addSizeOption(CLI::App& command, std::string& size);
/// Width and height of "28x30" or "28".
std::optional<std::pair<int, int>> parsePictureSize(std::string_view text);
/// The network of a JSON file; Errors name the file.
Result<Graph> readGraphFile(const std::string& file);

/// An option for one setting, which goes to `values` as it was typed.
void addParamOption(CLI::App& command, const Param& param, std::map<std::string, std::string>& values,
                    const std::string& group);
/// What was typed, by key, over the values.
Status applyTyped(const std::vector<Param>& params, const std::map<std::string, std::string>& typed, ParamMap& values);

/// The options must outlive the command.
void addTrainingOptions(CLI::App& command, TrainingOptions& options);

/// The order for the run. Only settings that were typed differ from their defaults, or from those in the --spec file.
Result<RunSpec> runSpecFrom(const TrainingOptions& options);

}  // namespace lemnos
