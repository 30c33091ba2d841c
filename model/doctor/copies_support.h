// What the checks for copies have in common.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/data/dataset_index.h"

namespace lemnos {

/// Calls back with the places of all pictures of each content that several files have, in the order of the index.
void forEachContent(const DatasetIndex& index, const std::function<void(std::span<const std::uint32_t>)>& call);

/// The path for a sentence, without what is not text.
std::string shownPath(const DatasetIndex& index, std::uint32_t sample);

/// "a/1.png, a/2.png and 3 more".
std::string shownPaths(const DatasetIndex& index, std::span<const std::uint32_t> samples);

/// "1 picture", "12 pictures".
std::string counted(std::size_t count, const char* one, const char* many);

}  // namespace lemnos
