// FolderListing: the files of a data set as the folders have them, before any of them is read.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/data/parallel.h"

namespace lemnos {

/// A file that is named like a picture.
struct ListedFile {
    std::string_view path;  ///< relative to the root, as in Sample
    std::optional<Split> given{};
};

/// What a source holds; paths are in the TextStore that it was listed into.
struct FolderListing {
    std::map<std::string, std::vector<ListedFile>> classes;  ///< by folder name (bytes); files sorted by path
    std::vector<FileProblem> problems;                       ///< folders that could not be followed
};

/// Lists the class folders and the picture files below them. Linked folders are followed, each once. Hidden files and
/// what systems leave behind (Thumbs.db, __MACOSX) are passed over. Errors: no folder, unreadable, cancelled.
Result<FolderListing> listFolder(const std::filesystem::path& root, TextStore& paths,
                                 const ParallelOptions& options = {});

/// Lists what a CSV or TSV file names: a path (relative to the file's folder, or absolute), a class, and perhaps a part
/// in each line. A first line of column names (path, label, split and their like) may give another order. Errors name
/// the line.
Result<FolderListing> listFile(const std::filesystem::path& file, TextStore& paths);

/// A text as a field of such a list (RFC 4180).
std::string listField(std::string_view text);

/// Whether a file of this name is a picture, by its extension.
bool isPictureName(std::string_view name);

/// Whether a file of this name is a list, by its extension.
bool isListName(const std::filesystem::path& file);

/// The part that a folder above the classes names: "train", "Validation", "eval"; nothing for any other name.
std::optional<Split> splitOfFolder(std::string_view name);

}  // namespace lemnos
