// The DATA and PROJECT arguments that several commands share, and reading what they name.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/data/project_file.h"

namespace CLI {
class App;
}

namespace lemnos {

/// Adds the positional PROJECT, a .lemnos file.
void addProjectArgument(CLI::App& command, std::string& project);

/// A project, or one made up for some folders and lists: a single project file is read, anything else are its sources.
Result<ProjectFile> projectOf(const std::vector<std::string>& data);

/// The data of a project, with progress on the terminal unless it is to be silent.
Result<DatasetIndex> readData(const ProjectFile& project, std::stop_token stop, bool silent);

/// The same before its edits and parts.
Result<DatasetIndex> readSources(const ProjectFile& project, std::stop_token stop, bool silent);

/// "train 80, val 10, test 10" of each class, as a table.
void printClasses(const DatasetIndex& index);

}  // namespace lemnos
