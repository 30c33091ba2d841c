// scanSources() and scanDataset(): from folders and lists to a DatasetIndex.
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "model/data/folder_listing.h"
#include "model/data/hash.h"
#include "model/data/image.h"
#include "model/data/parallel.h"
#include "model/data/project_file.h"
#include "model/data/scan_cache.h"
#include "model/files.h"
#include "model/param.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

/// A listed file with its class, and what reading it gave.
struct Candidate {
    enum class News : std::uint8_t { none, added, changed };

    ListedFile file;
    std::uint32_t label = 0;
    std::uint16_t source = 0;
    std::uint32_t place = 0;  ///< among those of its source
    News news = News::added;
    bool remember = false;  ///< reasons that lie in the file itself are remembered, others are not
    FileStamp stamp{};
    FileFacts facts{};
};

std::optional<FileStamp> stampOf(const std::string& file) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return std::nullopt;
    return FileStamp{static_cast<std::uint64_t>(info.st_size),
                     std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

/// Reads, hashes and decodes a file.
void read(Candidate& candidate, const fs::path& file) {
    const auto bytes = readPictureFile(file);
    if (!bytes) {
        candidate.facts = {.reason = bytes.error().message};
        candidate.remember = bytes.error().where.empty();
        return;
    }
    const std::span<const std::uint8_t> view(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
    const auto image = decodeImage(view);
    candidate.facts = {};
    candidate.remember = true;
    candidate.facts.hash = contentHash(*bytes);
    if (const auto header = peekPictureHeader(view)) candidate.facts.format = header->format;
    if (!image) {
        candidate.facts.reason = image.error().message;
        return;
    }
    candidate.facts.width = image->width;
    candidate.facts.height = image->height;
    candidate.facts.grey = isGrey(*image);
    candidate.facts.truncated = endIsMissing(view, candidate.facts.format);
}

void examine(Candidate& candidate, const fs::path& root, const ScanCache& cache) {
    // As text: building a path takes longer than asking for the file.
    const std::string_view path = candidate.file.path;
    const auto stamp = stampOf(path.starts_with('/') ? std::string(path) : (root.native() + '/').append(path));
    auto known = cache.find(path, candidate.place);
    candidate.news = known ? Candidate::News::changed : Candidate::News::added;
    if (stamp && known && known->stamp == *stamp) {
        candidate.stamp = *stamp;
        candidate.facts = std::move(known->facts);
        candidate.remember = true;
        candidate.news = Candidate::News::none;
        return;
    }
    read(candidate, root / path);
    if (stamp) candidate.stamp = *stamp;
    candidate.remember &= stamp.has_value();
}

Status checkClassNames(const DatasetIndex& index) {
    const std::string name = displayPath(index.root);
    if (index.classes.size() < 2)
        return phrasedError(
            {index.classes.empty()
                 ? LEMNOS_TEXT("%1 holds no class folder with pictures; at least two are needed. Put the "
                               "pictures of each class into a folder of their own.")
                 : LEMNOS_TEXT("%1 holds only one class folder with pictures; at least two are needed. Put "
                               "the pictures of each class into a folder of their own."),
             {Phrase::name(name)}},
            name);
    for (std::size_t i = 1; i < index.classes.size(); ++i) {
        if (index.classes[i] == index.classes[i - 1])
            return phrasedError({LEMNOS_TEXT("Two class folders have names that are not valid text and can't be told "
                                             "apart: %1. Rename them."),
                                 {Phrase::name(index.classes[i])}},
                                index.classes[i]);
    }
    return {};
}

fs::path normalised(const fs::path& path) {
    std::error_code code;
    fs::path absolute = fs::absolute(path, code).lexically_normal();
    if (code) return path;
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool isList(const fs::path& source) {
    std::error_code code;
    return isListName(source) && !fs::is_directory(source, code);
}

/// The files of all sources by class, and the folders that their paths begin at.
Result<std::vector<Candidate>> listSources(const std::vector<fs::path>& sources, DatasetIndex& index,
                                           const ParallelOptions& options) {
    struct Part {
        std::uint16_t source;
        std::vector<ListedFile> files;
    };
    std::map<std::string, std::vector<Part>> classes;
    std::size_t count = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const bool list = isList(sources[i]);
        (i == 0 ? index.root : index.otherRoots.emplace_back()) = list ? sources[i].parent_path() : sources[i];
        TRY(FolderListing listing,
            list ? listFile(sources[i], *index.paths) : listFolder(sources[i], *index.paths, options));
        const auto source = static_cast<std::uint16_t>(i);
        for (FileProblem& problem : listing.problems) {
            problem.source = source;
            index.problems.push_back(std::move(problem));
        }
        for (auto& [name, files] : listing.classes) {
            count += files.size();
            classes[name].push_back({source, std::move(files)});
        }
    }
    std::vector<Candidate> candidates;
    candidates.reserve(count);  // each of millions is made once, where it stays
    std::vector<std::uint32_t> places(sources.size());
    for (auto& [name, parts] : classes) {
        const auto label = static_cast<std::uint32_t>(index.classes.size());
        index.classes.push_back(toUtf8(name));
        for (Part& part : parts) {
            for (const ListedFile& file : part.files)
                candidates.push_back({file, label, part.source, places[part.source]++});
            part.files = {};
        }
    }
    return candidates;
}

void fill(DatasetIndex& index, std::vector<Candidate>& candidates) {
    index.grey = true;
    index.samples.reserve(candidates.size());
    for (Candidate& candidate : candidates) {
        FileFacts& facts = candidate.facts;
        if (!facts.reason.empty()) {
            index.problems.push_back({std::string(candidate.file.path), std::move(facts.reason), candidate.source});
            continue;
        }
        index.grey &= facts.grey;
        index.preSplit |= candidate.file.given.has_value();
        index.samples.push_back({candidate.file.path, candidate.label, candidate.file.given.value_or(Split::train),
                                 facts.width, facts.height, candidate.source, candidate.file.given, facts.format,
                                 facts.grey, facts.truncated, facts.hash});
    }
}

/// Counts what changed, and writes the caches where something did.
ScanChanges remember(const std::vector<Candidate>& candidates, std::vector<ScanCache>& caches) {
    ScanChanges changes;
    std::vector<std::size_t> found(caches.size()), news(caches.size());
    for (const Candidate& candidate : candidates) {
        const bool added = candidate.news == Candidate::News::added;
        changes.added += added;
        changes.changed += candidate.news == Candidate::News::changed;
        found[candidate.source] += !added;
        news[candidate.source] += candidate.news != Candidate::News::none && candidate.remember;
    }
    for (std::size_t i = 0; i < caches.size(); ++i) {
        changes.first &= !caches[i].isKnown();
        const std::size_t removed = caches[i].size() - found[i];
        changes.removed += removed;
        if (removed == 0 && news[i] == 0) continue;
        caches[i].save(candidates.size(), [&](std::size_t k) -> std::optional<ScanRecord> {
            const Candidate& candidate = candidates[k];
            if (candidate.source != i || !candidate.remember) return std::nullopt;
            return ScanRecord{candidate.file.path, candidate.stamp, candidate.facts};
        });
    }
    return changes;
}

}  // namespace

Result<DatasetIndex> scanSources(const std::vector<fs::path>& given, const ScanOptions& options) {
    DatasetIndex index;
    std::vector<fs::path> sources;
    for (const fs::path& source : given) sources.push_back(normalised(source));
    TRY(std::vector<Candidate> candidates, listSources(sources, index, {options.threads, options.stop}));
    TRY_OK(checkClassNames(index));  // before the long part

    std::vector<ScanCache> caches;
    for (const fs::path& source : sources) caches.emplace_back(options.cacheFolder, source);
    const auto work = [&](std::size_t i) {
        const std::uint16_t source = candidates[i].source;
        examine(candidates[i], index.rootOf(source), caches[source]);
    };
    TRY_OK(parallelFor(candidates.size(), work, {options.threads, options.stop, options.progress}));
    index.changes = remember(candidates, caches);
    caches.clear();
    fill(index, candidates);
    return index;
}

void leaveOutUntrainedClasses(DatasetIndex& index) {
    const auto counts = index.countsByClass();
    std::vector<std::optional<std::uint32_t>> labels(counts.size());
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto& [train, validation, test] = counts[i];
        if (train > 0) {
            labels[i] = static_cast<std::uint32_t>(kept.size());
            kept.push_back(std::move(index.classes[i]));
            continue;
        }
        const std::string reason = validation + test == 0
                                       ? LEMNOS_TEXT("The class has no picture that can be used.")
                                       : LEMNOS_TEXT("The class has pictures, but none to train on.");
        index.problems.push_back({.path = std::move(index.classes[i]), .reason = reason, .wholeClass = true});
    }
    const bool all = kept.size() == counts.size();
    index.classes = std::move(kept);
    if (all) return;
    std::erase_if(index.samples, [&](const Sample& sample) { return !labels[sample.label]; });
    for (Sample& sample : index.samples) sample.label = *labels[sample.label];
}

Status checkDataset(const DatasetIndex& index) {
    return checkClassNames(index);
}

Result<DatasetIndex> scanDataset(const fs::path& path, const ScanOptions& options) {
    ProjectFile project;
    if (isProjectName(path)) {
        TRY(project, readProject(path));
    } else {
        project.sources = {path};
        project.split = options.split;
    }
    TRY(DatasetIndex scanned, scanSources(project.sources, options));
    return arranged(std::move(scanned), project);
}

}  // namespace lemnos
