// Room on the disk for files that can be made again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

namespace lemnos {

/// Removes files of `folder` that end like this (".pixels"), those that were used longest ago first, until
/// `wantedBytes` more than what is left are within `limitBytes`. `keep` stays, and so does what `mayGo` says no to.
void makeRoom(const std::filesystem::path& folder, std::string_view ending, const std::filesystem::path& keep,
              std::int64_t limitBytes, std::int64_t wantedBytes,
              const std::function<bool(const std::filesystem::path&)>& mayGo = {});

}  // namespace lemnos
