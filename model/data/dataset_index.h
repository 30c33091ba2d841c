// DatasetIndex: which pictures a folder holds, and of which class each is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// The part of the data a picture belongs to.
enum class Split : std::uint8_t { train, validation, test };

/// "train", "val", "test".
std::string_view toString(Split split);
Result<Split> splitFromString(std::string_view text);

/// One picture that can be decoded.
struct Sample {
    std::string path;         ///< relative to DatasetIndex::root, '/' between parts, bytes as the file system has them
    std::uint32_t label = 0;  ///< index into DatasetIndex::classes
    Split split = Split::train;
    int width = 0;  ///< as decoded, upright
    int height = 0;
};

/// A file that was left out, with the reason as a sentence.
struct FileProblem {
    std::string path;  ///< relative to the root, as in Sample
    std::string reason;
};

/// A folder of class folders, read once.
struct DatasetIndex {
    std::filesystem::path root;
    std::vector<std::string> classes;  ///< folder names as UTF-8, in byte order: the order of the network's outputs
    std::vector<Sample> samples;       ///< by class, then by path, in byte order
    std::vector<FileProblem> problems;
    bool grey = false;      ///< every picture is grey
    bool preSplit = false;  ///< the folder has train/, val/ or test/ above the classes

    std::vector<std::size_t> classCounts() const;
    std::size_t count(Split split) const;
    /// Indices into `samples` of one part, in order.
    std::vector<std::uint32_t> indices(Split split) const;
    std::filesystem::path absolutePath(const Sample& sample) const;
};

/// The size that all pictures share; zeros when they differ or there are none.
struct CommonSize {
    int width = 0, height = 0;
};
CommonSize commonSize(const DatasetIndex& index);

/// How far a scan is. Called from the thread that scans, a few times a second, and at the end.
using ScanProgress = std::function<void(std::size_t filesDone, std::size_t filesTotal)>;

/// How the pictures are dealt out when the folder doesn't say.
struct SplitOptions {
    std::uint64_t seed = 42;
    double validationShare = 0.1;
    double testShare = 0.1;
};

struct ScanOptions {
    SplitOptions split{};
    ScanProgress progress{};
    std::stop_token stop{};
    int threads = 0;                      ///< 0: one per core
    std::filesystem::path cacheFolder{};  ///< remembers which files decode, so that the next scan is quick; empty: none
};

/// Lists root/class/**/picture, or root/{train,val,test}/class/**/picture, tries every picture, and deals them out.
/// Errors: folder missing or unreadable, under two classes, a class without a readable picture, cancelled.
Result<DatasetIndex> scanDataset(const std::filesystem::path& root, const ScanOptions& options = {});

/// Deals out the pictures of each class by seed and path: the same file goes to the same side whatever else the folder
/// holds, as far as the shares allow. In a pre-split folder only a missing validation part is carved from train.
void assignSplits(DatasetIndex& index, const SplitOptions& options);

/// Writes and reads which picture is in which part (split.tsv of a run). Reading moves the pictures it names and
/// leaves the rest where they are.
Status saveSplits(const DatasetIndex& index, const std::filesystem::path& file);
Status loadSplits(DatasetIndex& index, const std::filesystem::path& file);

}  // namespace lemnos
