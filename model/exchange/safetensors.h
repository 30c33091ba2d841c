// Safetensors: named tensors in one file (https://github.com/huggingface/safetensors, format as of version 0.3).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// A float32 tensor, row-major without padding.
struct NamedTensor {
    std::string name;
    std::vector<std::int64_t> dims;
    std::vector<float> values;
};

/// What one file holds; the order of tensors is kept.
struct TensorFile {
    std::vector<NamedTensor> tensors;
    std::map<std::string, std::string> metadata;

    const NamedTensor* find(std::string_view name) const;
};

std::string toSafetensors(const TensorFile& file);
/// Checks every size and offset before it reads; any bytes give a TensorFile or an Error.
Result<TensorFile> parseSafetensors(std::string_view bytes);

/// Atomic; Errors name the file.
Status writeSafetensors(const std::filesystem::path& path, const TensorFile& file);
Result<TensorFile> readSafetensors(const std::filesystem::path& path);

}  // namespace lemnos
