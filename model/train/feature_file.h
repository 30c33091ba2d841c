// The file of a run that holds what its features were fitted to: features.safetensors.
#pragma once

#include <filesystem>

#include "compute/result.h"
#include "model/data/preprocess.h"

namespace lemnos {

/// Writes the basis of PCA features; nothing for other features.
Status saveFeatures(const Preprocess& preprocess, const std::filesystem::path& file);

/// Reads the basis of PCA features; nothing for other features. Errors: missing, or not of this preprocessing.
Status loadFeatures(Preprocess& preprocess, const std::filesystem::path& file);

}  // namespace lemnos
