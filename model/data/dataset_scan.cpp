// scanDataset(): from a folder to a DatasetIndex.
#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "model/data/dataset_index.h"
#include "model/data/folder_listing.h"
#include "model/data/image.h"
#include "model/data/parallel.h"
#include "model/data/scan_cache.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

/// A listed file with its class, and what reading it gave.
struct Candidate {
    ListedFile file;
    std::uint32_t label = 0;
    std::optional<FileStamp> stamp{};
    bool decodeTried = false;  ///< reasons that lie in the file itself are remembered, others are not
    FileFacts facts{};
};

std::optional<FileStamp> stampOf(const fs::path& file) {
    std::error_code sizeCode, timeCode;
    const auto size = fs::file_size(file, sizeCode);
    const auto time = fs::last_write_time(file, timeCode);
    if (sizeCode || timeCode) return std::nullopt;
    return FileStamp{size, static_cast<std::int64_t>(time.time_since_epoch().count())};
}

void examine(Candidate& candidate, const fs::path& root, const ScanCache& cache) {
    const fs::path file = root / candidate.file.path;
    candidate.stamp = stampOf(file);
    const FileFacts* known = candidate.stamp ? cache.find(candidate.file.path, *candidate.stamp) : nullptr;
    if (known) {
        candidate.facts = *known;
        candidate.decodeTried = true;
        return;
    }
    const auto image = readImageOrReason(file);
    if (image) {
        candidate.facts = {image->width, image->height, isGrey(*image), {}};
    } else {
        candidate.facts.reason = image.error().message;
    }
    candidate.decodeTried = image.ok() || image.error().where.empty();
}

std::vector<ScanRecord> recordsOf(const std::vector<Candidate>& candidates) {
    std::vector<ScanRecord> records;
    for (const Candidate& candidate : candidates) {
        if (candidate.stamp && candidate.decodeTried)
            records.push_back({candidate.file.path, *candidate.stamp, candidate.facts});
    }
    return records;
}

/// "a, b, c and 7 more"
std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t shown = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) text += (i ? ", " : "") + names[i];
    return names.size() > shown ? text + " and " + std::to_string(names.size() - shown) + " more" : text;
}

Status checkClassNames(const DatasetIndex& index) {
    const std::string name = displayPath(index.root);
    if (index.classes.size() < 2)
        return Error{name + " holds " + (index.classes.empty() ? "no class folder" : "only one class folder") +
                         "; at least two are needed. Put the pictures of each class into a folder of their own.",
                     name};
    for (std::size_t i = 1; i < index.classes.size(); ++i) {
        if (index.classes[i] == index.classes[i - 1])
            return Error{"Two class folders have names that are not valid text and can't be told apart: " +
                             index.classes[i] + ". Rename them.",
                         index.classes[i]};
    }
    return {};
}

Status checkClassCounts(const DatasetIndex& index) {
    const std::vector<std::size_t> all = index.classCounts();
    std::vector<std::size_t> training(index.classes.size());
    for (const Sample& sample : index.samples) training[sample.label] += sample.split == Split::train;
    std::vector<std::string> empty, untrained;
    for (std::size_t i = 0; i < index.classes.size(); ++i) {
        if (all[i] == 0) empty.push_back(index.classes[i]);
        if (all[i] > 0 && training[i] == 0) untrained.push_back(index.classes[i]);
    }
    std::string message;
    if (!empty.empty())
        message = "No picture can be read in the class " + std::string(empty.size() > 1 ? "folders " : "folder ") +
                  listed(empty) + ". Put pictures there, or remove it from the data folder.";
    if (!untrained.empty())
        message += (message.empty() ? "" : " ") + std::string("There is no training picture of ") + listed(untrained) +
                   ". Put some into the training folder, or remove the class from the other folders.";
    if (message.empty()) return {};
    return Error{message, empty.empty() ? untrained.front() : empty.front()};
}

fs::path normalised(const fs::path& root) {
    std::error_code code;
    fs::path absolute = fs::absolute(root, code).lexically_normal();
    if (code) return root;
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

std::vector<Candidate> candidatesOf(FolderListing& listing, DatasetIndex& index) {
    std::vector<Candidate> candidates;
    for (auto& [folder, files] : listing.classes) {
        const auto label = static_cast<std::uint32_t>(index.classes.size());
        index.classes.push_back(toUtf8(folder));
        for (ListedFile& file : files) candidates.push_back({std::move(file), label});
    }
    return candidates;
}

void fill(DatasetIndex& index, std::vector<Candidate>& candidates) {
    index.grey = true;
    for (Candidate& candidate : candidates) {
        if (!candidate.facts.reason.empty()) {
            index.problems.push_back({std::move(candidate.file.path), std::move(candidate.facts.reason)});
            continue;
        }
        index.grey &= candidate.facts.grey;
        index.samples.push_back({std::move(candidate.file.path), candidate.label, candidate.file.split,
                                 candidate.facts.width, candidate.facts.height});
    }
}

}  // namespace

Result<DatasetIndex> scanDataset(const fs::path& root, const ScanOptions& options) {
    DatasetIndex index;
    index.root = normalised(root);
    TRY(FolderListing listing, listFolder(index.root, options.stop));
    index.preSplit = listing.preSplit;
    index.problems = std::move(listing.problems);
    std::vector<Candidate> candidates = candidatesOf(listing, index);
    TRY_OK(checkClassNames(index));

    const ScanCache cache(options.cacheFolder, index.root);
    const auto work = [&](std::size_t i) { examine(candidates[i], index.root, cache); };
    TRY_OK(parallelFor(candidates.size(), work, {options.threads, options.stop, options.progress}));
    cache.save(recordsOf(candidates));

    fill(index, candidates);
    TRY_OK(checkClassCounts(index));
    assignSplits(index, options.split);
    return index;
}

}  // namespace lemnos
