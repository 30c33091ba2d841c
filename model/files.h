// Files and folders: atomic writing, whole-file reading, and where the program keeps things.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "compute/result.h"

namespace lemnos {

/// Who may read a file.
enum class Readers { asUsual, ownerOnly };

/// Replaces `file` by `bytes` so that after a power cut there is the old content or the new, never a part.
Status writeAtomically(const std::filesystem::path& file, std::string_view bytes, Readers readers = Readers::asUsual);

/// The whole content; an Error names the file and the reason.
Result<std::string> readFile(const std::filesystem::path& file);

/// Where new runs go: $LEMNOS_RUNS, else "lemnos/runs" in the user's data folder.
std::filesystem::path runsFolder();
/// Where projects are kept that the user gave no name: $LEMNOS_PROJECTS, else "lemnos/projects" in the user's data folder.
std::filesystem::path projectsFolder();
/// Where this PC's identity and the PCs that it trusts are kept: $LEMNOS_CONFIG, else "lemnos" in the user's folder for
/// settings.
std::filesystem::path settingsFolder();
/// Where things are kept that can be made again: $LEMNOS_CACHE, else "lemnos" in the user's cache folder.
std::filesystem::path cacheFolder();

/// A path as UTF-8 for messages and JSON; bytes that are not UTF-8 become the replacement character.
std::string displayPath(const std::filesystem::path& path);

}  // namespace lemnos
