// The RUN argument and the --device option that several commands share.
#pragma once

#include <filesystem>
#include <string>

#include "compute/result.h"

namespace CLI {
class App;
}

namespace lemnos {

/// Adds the positional RUN: the folder of a run, or its name in the runs folder.
void addRunArgument(CLI::App& command, std::string& run);

/// Adds --device; empty means the device of the run.
void addDeviceOption(CLI::App& command, std::string& device);

/// Adds --json.
void addJsonFlag(CLI::App& command, bool& json);

/// The run's folder, or an Error that says how to list them.
Result<std::filesystem::path> findRun(const std::string& run);

}  // namespace lemnos
