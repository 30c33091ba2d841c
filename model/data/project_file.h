// ProjectFile: what a project is on disk. One JSON file (NAME.lemnos) that can be moved along with its data.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "model/data/dataset_index.h"
#include "model/data/edits.h"

namespace lemnos {

/// Which picture is in which part, by content, so that a renamed file keeps its side: content hashes, sorted.
struct SavedSplits {
    std::array<std::vector<std::uint64_t>, 3> parts;

    bool empty() const { return parts[0].empty() && parts[1].empty() && parts[2].empty(); }
    bool operator==(const SavedSplits&) const = default;
};
SavedSplits savedSplits(const DatasetIndex& index);
/// Pictures that are not among the saved stay where they are, and so do those that were given a part.
void restoreSplits(DatasetIndex& index, const SavedSplits& splits);

/// {"format": "lemnos-project", "version": 1, ...}. The user's files are named, never held.
struct ProjectFile {
    std::vector<std::filesystem::path> sources;  ///< folders of class folders, and lists
    EditHistory edits;
    SplitOptions split;
    SavedSplits sides;         ///< of the time when the project was saved; empty: deal out by `split`
    nlohmann::json workspace;  ///< what the window had open besides: network and settings; an object, or null
};

/// Whether a path names a project, by its extension .lemnos.
bool isProjectName(const std::filesystem::path& path);

/// Where the project of some sources is kept as long as the user gives it no name.
std::filesystem::path unnamedProject(const std::vector<std::filesystem::path>& sources);

/// Sources come as absolute paths: relative to the project where such a file is there, else where they were when the
/// project was saved. Errors name what is wrong; a newer version is refused.
Result<ProjectFile> readProject(const std::filesystem::path& file);
/// Replaces the file at once or not at all.
Status writeProject(const ProjectFile& project, const std::filesystem::path& file);

/// The same as text; paths relative to `folder`.
std::string projectText(const ProjectFile& project, const std::filesystem::path& folder);
Result<ProjectFile> projectFromText(std::string_view text, const std::filesystem::path& folder);

/// Lists and tries all files of the sources; parts as folders and lists give them, nothing dealt out yet.
/// Errors: as scanDataset() has them.
Result<DatasetIndex> scanSources(const std::vector<std::filesystem::path>& sources, const ScanOptions& options = {});

/// What was scanned, with the project's edits and parts. Errors: what checkDataset() says, or split options that can't
/// be used.
Result<DatasetIndex> arranged(DatasetIndex scanned, const ProjectFile& project);

/// Drops classes without a picture to train on, and lists them among the problems: a folder that is empty, or whose
/// files are all damaged, excluded or for the test, must not keep the other classes from being used.
void leaveOutUntrainedClasses(DatasetIndex& index);

/// Whether there are two classes or more.
Status checkDataset(const DatasetIndex& index);

}  // namespace lemnos
