// Single pictures that the user took into a project, without a folder of their own.
#pragma once

#include <filesystem>
#include <vector>

#include "model/data/dataset_index.h"

namespace lemnos {

/// The list beside a project that such pictures are written to: "flowers.lemnos" has "flowers.added.csv".
std::filesystem::path addedList(const std::filesystem::path& project);

/// Those of the pictures that the data does not have yet, by their path.
std::vector<std::filesystem::path> notAmong(const DatasetIndex& index,
                                            const std::vector<std::filesystem::path>& pictures);

/// Adds lines to a list of path and class, which it makes if need be; pictures below the list's folder are named
/// relative to it, so that they can be moved together. Errors: the list can't be read or written.
Status appendToList(const std::filesystem::path& list, const std::vector<std::filesystem::path>& pictures,
                    std::string_view label);

}  // namespace lemnos
