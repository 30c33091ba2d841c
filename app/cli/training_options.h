// The options of `train`, made by walking the descriptions of settings, optimizers, schedules and transforms.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/train/run_spec.h"

namespace CLI {
class App;
}

namespace lemnos {

/// What the user typed; settings, optimizer and schedule values by Param key.
struct TrainingOptions {
    std::string data, templateName, model, spec, size, channels, run;
    std::vector<std::string> preprocess, augment, devices;
    std::map<std::string, std::string> settings, optimizer, schedule;
    bool events = false, json = false;
};

/// The options must outlive the command.
void addTrainingOptions(CLI::App& command, TrainingOptions& options);

/// The order for the run. Only settings that were typed differ from their defaults, or from those in the --spec file.
Result<RunSpec> runSpecFrom(const TrainingOptions& options);

}  // namespace lemnos
