// What checks have in common.
#pragma once

#include <functional>
#include <set>
#include <span>

#include "model/doctor/doctor.h"

namespace lemnos {

/// Calls back with the places of all pictures of each content that several files have, in the order of the index.
void forEachContent(const DatasetIndex& index, const std::function<void(std::span<const std::uint32_t>)>& call);

/// The path for a sentence, without what is not text.
Phrase shownPath(const DatasetIndex& index, std::uint32_t sample);

/// "a/1.png, a/2.png and 3 more".
Phrase shownPaths(const DatasetIndex& index, std::span<const std::uint32_t> samples);

/// The parts that some pictures are in.
std::set<Split> partsOf(const DatasetIndex& index, std::span<const std::uint32_t> samples);

/// "Exclude it".
Fix excludeIt(const Finding& finding);
/// All in the first of these parts.
Fix moveTogether(const Finding& finding, const std::set<Split>& parts);
/// "Mark as fine".
Fix acceptanceOf(const Finding& finding);

}  // namespace lemnos
