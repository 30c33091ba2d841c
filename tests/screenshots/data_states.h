// Pictures of the Data page in every state.
#pragma once

#include <filesystem>

#include "tests/screenshots/photographer.h"

namespace lemnos::test {

/// Pictures are those of `data`, a folder of class folders; `work` is an empty folder for what is damaged on purpose.
void shootDataStates(Photographer& photographer, const std::filesystem::path& data, const std::filesystem::path& work);

}  // namespace lemnos::test
