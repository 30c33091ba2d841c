// DatasetIndex: which pictures a folder holds, and of which class each is.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/data/picture_header.h"
#include "model/data/text_store.h"

namespace lemnos {

/// The part of the data a picture belongs to.
enum class Split : std::uint8_t { train, validation, test };

/// "train", "val", "test".
std::string_view toString(Split split);
Result<Split> splitFromString(std::string_view text);

/// One picture that can be decoded. Small, because there may be millions.
struct Sample {
    /// Relative to the folder of its source, '/' between parts, bytes as the file system has them; an absolute path
    /// where a list has one. Lives in DatasetIndex::paths.
    std::string_view path;
    std::uint32_t label = 0;  ///< index into DatasetIndex::classes
    Split split = Split::train;
    int width = 0;  ///< as decoded, upright
    int height = 0;
    std::uint16_t source = 0;      ///< index of the folder or list that it comes from
    std::optional<Split> given{};  ///< the part that a folder, a list or the user put it into
    PictureFormat format = PictureFormat::png;
    bool grey = false;
    bool truncated = false;  ///< decodes, but its end is missing
    std::uint64_t hash = 0;  ///< of the bytes of the file; 0: not known
};

/// A file that was left out, with the reason as a sentence.
struct FileProblem {
    std::string path;  ///< relative to its source, as in Sample; or the name of a class
    std::string reason;
    std::uint16_t source = 0;
    bool wholeClass = false;
};

/// What is different since the last scan of the same sources.
struct ScanChanges {
    std::size_t added = 0, removed = 0, changed = 0;
    bool first = true;  ///< there was no scan before, so that there is nothing to compare with

    bool any() const { return !first && added + removed + changed > 0; }
};

/// The pictures of one or more sources (folders of class folders, lists), read once.
struct DatasetIndex {
    std::filesystem::path root;                     ///< folder of the first source
    std::vector<std::filesystem::path> otherRoots;  ///< folders of the further sources
    std::vector<std::string> classes;  ///< folder names as UTF-8, in byte order: the order of the network's outputs
    std::vector<Sample> samples;       ///< by class, then by source and path, in byte order
    std::vector<FileProblem> problems;
    std::vector<FileProblem> excluded;  ///< left out by the user; the reason is the class
    bool grey = false;                  ///< every picture is grey
    bool preSplit = false;              ///< a folder or list says which part some pictures belong to
    ScanChanges changes;
    std::shared_ptr<TextStore> paths = std::make_shared<TextStore>();  ///< shared by copies

    /// For the path of a Sample. Not while another thread may do the same.
    std::string_view keep(std::string_view path) { return paths->keep(path); }

    std::vector<std::size_t> classCounts() const;
    std::size_t count(Split split) const;
    /// The samples of a class, which lie side by side, or of all for a negative label: the first one and their number.
    std::pair<std::size_t, std::size_t> samplesOf(int label) const;
    /// Pictures of each class in each part: [label][part].
    std::vector<std::array<std::size_t, 3>> countsByClass() const;
    /// Indices into `samples` of one part, in order.
    std::vector<std::uint32_t> indices(Split split) const;
    const std::filesystem::path& rootOf(std::uint16_t source) const;
    std::filesystem::path absolutePath(const Sample& sample) const;
};

/// The size that all pictures share; zeros when they differ or there are none.
struct CommonSize {
    int width = 0, height = 0;
};
CommonSize commonSize(const DatasetIndex& index);

/// How far a scan is. Called from the thread that scans, a few times a second, and at the end.
using ScanProgress = std::function<void(std::size_t filesDone, std::size_t filesTotal)>;

/// How the pictures are dealt out where nobody says where they belong.
struct SplitOptions {
    /// What stays together on one side.
    enum class Unit : std::uint8_t {
        picture,
        folder,  ///< pictures of the same sub-folder
        name     ///< pictures whose names have the same part
    };

    std::uint64_t seed = 42;
    double validationShare = 0.1;
    double testShare = 0.1;
    Unit unit = Unit::picture;
    /// For Unit::name: a regular expression (ECMAScript); its first parenthesis, or all it matches, names the group.
    std::string pattern = "\\d+";
    bool ignoreFolders = false;  ///< deal out anew what train, val and test folders or a list hold
    int folds = 0;  ///< from 2 on: validation is fold `fold` of so many, and validationShare has no meaning
    int fold = 1;

    bool operator==(const SplitOptions&) const = default;
};

/// "picture", "folder", "name".
std::string_view toString(SplitOptions::Unit unit);

struct ScanOptions {
    SplitOptions split{};
    ScanProgress progress{};
    std::stop_token stop{};
    int threads = 0;                      ///< 0: one per core
    std::filesystem::path cacheFolder{};  ///< remembers which files decode, so that the next scan is quick; empty: none
};

/// Reads the data behind a path: a folder (root/class/**/picture, or root/{train,val,test}/class/**/picture), a list
/// (.csv, .tsv, .txt), or a project file, whose own split options and edits are used then. Tries every picture, and
/// deals them out.
/// Errors: path missing or unreadable, under two classes, a class without a readable picture, cancelled.
Result<DatasetIndex> scanDataset(const std::filesystem::path& path, const ScanOptions& options = {});

/// Deals out the pictures of each class by seed and content: the same picture goes to the same side whatever it is
/// called and whatever else there is, as far as the shares allow. Pictures that were given a part stay there; where
/// none was given to validation, it is carved from what was given to training.
void assignSplits(DatasetIndex& index, const SplitOptions& options);

/// Why such options can't be used, or nothing.
Status checkSplitOptions(const SplitOptions& options);

/// Writes and reads which picture is in which part (split.tsv of a run). Reading moves the pictures it names, by path
/// or, where a file was renamed, by content, and leaves the rest where they are.
Status saveSplits(const DatasetIndex& index, const std::filesystem::path& file);
Status loadSplits(DatasetIndex& index, const std::filesystem::path& file);

}  // namespace lemnos
