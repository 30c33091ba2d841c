// Drawing the curves of a finished run into a file, without a window.
#pragma once

#include <filesystem>

#include "model/files.h"

namespace lemnos {

/// Reads the events of `run` and writes its loss and accuracy charts to `picture` (PNG, 1280 x 800).
Status drawCurves(const std::filesystem::path& run, const std::filesystem::path& picture);

}  // namespace lemnos
