// DatasetIndex: counting and naming.
#include "model/data/dataset_index.h"

#include <algorithm>

namespace lemnos {

std::string_view toString(Split split) {
    constexpr std::string_view names[] = {"train", "val", "test"};
    return names[static_cast<std::size_t>(split)];
}

Result<Split> splitFromString(std::string_view text) {
    for (const Split split : {Split::train, Split::validation, Split::test}) {
        if (text == toString(split)) return split;
    }
    return Error{"There is no part of the data called \"" + std::string(text) + "\"; choose train, val or test.", {}};
}

std::string_view toString(SplitOptions::Unit unit) {
    constexpr std::string_view names[] = {"picture", "folder", "name"};
    return names[static_cast<std::size_t>(unit)];
}

std::vector<std::size_t> DatasetIndex::classCounts() const {
    std::vector<std::size_t> counts(classes.size());
    for (const Sample& sample : samples) ++counts[sample.label];
    return counts;
}

std::pair<std::size_t, std::size_t> DatasetIndex::samplesOf(int label) const {
    if (label < 0) return {0, samples.size()};
    const auto wanted = static_cast<std::uint32_t>(label);
    const auto first = std::ranges::lower_bound(samples, wanted, {}, &Sample::label),
               last = std::ranges::upper_bound(samples, wanted, {}, &Sample::label);
    return {static_cast<std::size_t>(first - samples.begin()), static_cast<std::size_t>(last - first)};
}

std::size_t DatasetIndex::count(Split split) const {
    return static_cast<std::size_t>(std::ranges::count(samples, split, &Sample::split));
}

std::vector<std::array<std::size_t, 3>> DatasetIndex::countsByClass() const {
    std::vector<std::array<std::size_t, 3>> counts(classes.size());
    for (const Sample& sample : samples) ++counts[sample.label][static_cast<std::size_t>(sample.split)];
    return counts;
}

std::vector<std::uint32_t> DatasetIndex::indices(Split split) const {
    std::vector<std::uint32_t> result;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (samples[i].split == split) result.push_back(static_cast<std::uint32_t>(i));
    }
    return result;
}

CommonSize commonSize(const DatasetIndex& index) {
    if (index.samples.empty()) return {};
    const Sample& first = index.samples.front();
    const bool common = std::ranges::all_of(
        index.samples, [&](const Sample& s) { return s.width == first.width && s.height == first.height; });
    return common ? CommonSize{first.width, first.height} : CommonSize{};
}

const std::filesystem::path& DatasetIndex::rootOf(std::uint16_t source) const {
    return source == 0 ? root : otherRoots[source - 1u];
}

std::filesystem::path DatasetIndex::absolutePath(const Sample& sample) const {
    return rootOf(sample.source) / sample.path;
}

}  // namespace lemnos
