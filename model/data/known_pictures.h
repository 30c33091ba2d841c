// Pictures that earlier scans have seen on this PC, found by what is in them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace lemnos {

/// A file for each of these contents (contentHash() of a file's bytes) that a scan has seen on this PC, where it was
/// seen last: it may have changed or gone since.
std::unordered_map<std::uint64_t, std::string> knownPictures(const std::filesystem::path& cacheFolder,
                                                             const std::unordered_set<std::uint64_t>& wanted);

}  // namespace lemnos
