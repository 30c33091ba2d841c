// Who trains a run: a lock on a file in its folder, which the system lets go of when the process ends, however it ends.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// From now on this process trains the run, until the process ends; it stays so when the process becomes another
/// program (exec). An error when another process trains it already. Where the file system has no locks, nobody is told
/// and nobody is kept out.
Status holdRun(const std::filesystem::path& run);

/// The process that trains the run; nothing when none does, or when it is this one.
std::optional<std::int64_t> holderOf(const std::filesystem::path& run);

/// The runs in this folder that other processes train, the latest begun first.
std::vector<std::filesystem::path> heldRuns(const std::filesystem::path& folder);

/// Asks the process that trains the run to end: with a checkpoint, or `atOnce` without one. Nothing where none does.
void endHolder(const std::filesystem::path& run, bool atOnce);

}  // namespace lemnos
