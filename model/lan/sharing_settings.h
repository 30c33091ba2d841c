// What a PC lends to those that it trusts: settings of its owner, in `folder`/sharing.json.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/param.h"

namespace lemnos {

/// device (as RunSpec::device), when_idle, memory and disk (MB), at_once, hidden.
const std::vector<Param>& sharingParams();

/// The defaults where there is no file.
Result<ParamMap> loadSharing(const std::filesystem::path& folder);
Result<ParamMap> sharingFromText(std::string_view text);
std::string toSharingText(const ParamMap& values);
Status saveSharing(const std::filesystem::path& folder, const ParamMap& values);

}  // namespace lemnos
