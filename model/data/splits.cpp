// Dealing the pictures out to training, validation and test, and remembering who got what.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "model/data/dataset_index.h"
#include "model/data/folder_listing.h"
#include "model/data/hash.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos {

namespace {

constexpr std::string_view splitsHeader = "split\tpath\n";

/// How many pictures of a class go to validation and test; the rest are for training.
struct Deal {
    std::size_t validation = 0;
    std::size_t test = 0;
};

std::size_t shareOf(std::size_t count, double share) {
    if (!(share > 0)) return 0;
    const auto rounded = static_cast<std::size_t>(std::llround(static_cast<double>(count) * std::min(share, 1.0)));
    return std::max<std::size_t>(1, rounded);
}

Deal dealFor(std::size_t count, double validationShare, double testShare) {
    if (count < 2) return {};
    if (count == 2) return {validationShare > 0 ? std::size_t{1} : 0, 0};
    Deal deal{shareOf(count, validationShare), shareOf(count, testShare)};
    while (deal.validation + deal.test >= count) --(deal.validation > deal.test ? deal.validation : deal.test);
    return deal;
}

/// Sorts the pictures of one class by a hash of seed and path, gives the first to validation and the last to test: when
/// pictures are added, only those near the two borders change sides.
void dealOut(DatasetIndex& index, std::vector<std::uint32_t>& members, const SplitOptions& options) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    for (const std::uint32_t i : members)
        order.emplace_back(splitMix(fnv1a(index.samples[i].path) ^ splitMix(options.seed)), i);
    std::ranges::sort(order, [&](const auto& a, const auto& b) {
        return std::tie(a.first, index.samples[a.second].path) < std::tie(b.first, index.samples[b.second].path);
    });
    const Deal deal = dealFor(order.size(), options.validationShare, options.testShare);
    for (std::size_t i = 0; i < order.size(); ++i) {
        index.samples[order[i].second].split = i < deal.validation             ? Split::validation
                                               : i >= order.size() - deal.test ? Split::test
                                                                               : Split::train;
    }
}

/// The part that the first folder of the path names.
Split splitOfPath(std::string_view path) {
    return splitOfFolder(path.substr(0, path.find('/'))).value_or(Split::train);
}

Error lineError(const std::filesystem::path& file, std::size_t line) {
    const std::string name = displayPath(file);
    return {name + ", line " + std::to_string(line) +
                ": expected train, val or test, a tab and the path of a picture. The file was changed or damaged; " +
                "restore it, or start a new run.",
            name};
}

}  // namespace

void assignSplits(DatasetIndex& index, const SplitOptions& options) {
    SplitOptions shares = options;
    bool carve = true;
    if (index.preSplit) {
        for (Sample& sample : index.samples) sample.split = splitOfPath(sample.path);
        carve = index.count(Split::validation) == 0;
        shares.testShare = 0;
    }
    if (!carve) return;
    std::vector<std::vector<std::uint32_t>> members(index.classes.size());
    for (std::size_t i = 0; i < index.samples.size(); ++i) {
        const Sample& sample = index.samples[i];
        if (!index.preSplit || sample.split == Split::train)
            members[sample.label].push_back(static_cast<std::uint32_t>(i));
    }
    for (std::vector<std::uint32_t>& ofClass : members) dealOut(index, ofClass, shares);
}

Status saveSplits(const DatasetIndex& index, const std::filesystem::path& file) {
    std::string text(splitsHeader);
    for (const Sample& sample : index.samples)
        text += std::string(toString(sample.split)) + '\t' + escaped(sample.path) + '\n';
    return writeAtomically(file, text);
}

Status loadSplits(DatasetIndex& index, const std::filesystem::path& file) {
    TRY(const std::string text, readFile(file));
    if (!text.starts_with(splitsHeader)) return lineError(file, 1);
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < index.samples.size(); ++i) places.emplace(index.samples[i].path, i);

    std::string_view rest = std::string_view(text).substr(splitsHeader.size());
    std::vector<std::pair<std::size_t, Split>> moves;
    for (std::size_t line = 2; !rest.empty(); ++line) {
        const std::size_t end = rest.find('\n');
        const std::vector<std::string_view> fields = parted(rest.substr(0, end), '\t');
        if (end == rest.npos || fields.size() != 2) return lineError(file, line);
        const auto split = splitFromString(fields[0]);
        const auto path = unescaped(fields[1]);
        if (!split || !path) return lineError(file, line);
        if (const auto place = places.find(*path); place != places.end()) moves.emplace_back(place->second, *split);
        rest.remove_prefix(end + 1);
    }
    for (const auto& [place, split] : moves) index.samples[place].split = split;
    return {};
}

}  // namespace lemnos
