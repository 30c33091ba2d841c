// Walking the folders of a data set.
#include "model/data/folder_listing.h"

#include <dirent.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "model/files.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return lower;
}

/// Folders that systems make beside the user's own.
bool isLitter(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names{"__macosx", "$recycle.bin", "system volume information",
                                                           "lost+found", "@eadir"};
    return name.starts_with('.') || std::ranges::find(names, lowerCase(name)) != names.end();
}

/// A folder, or a file that is named like a picture.
struct FolderEntry {
    std::string name;
    bool isFolder = false;
    bool isLink = false;
};

/// Whether the entry is a folder, or a link to one.
bool leadsToFolder(const fs::path& folder, const dirent& entry) {
    if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
    std::error_code ignored;
    return fs::is_directory(folder / entry.d_name, ignored);
}

bool isLinkEntry(const fs::path& folder, const dirent& entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_LNK;
    std::error_code ignored;
    return fs::is_symlink(folder / entry.d_name, ignored);
}

/// The visible entries in byte order. With readdir(), because std::filesystem takes its time to build a path for each.
Result<std::vector<FolderEntry>> entriesOf(const fs::path& folder) {
    std::vector<FolderEntry> entries;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), ::closedir);
    int code = stream ? 0 : errno;
    while (stream) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (!entry) {
            code = errno;
            break;
        }
        if (isLitter(entry->d_name)) continue;
        const bool isFolder = leadsToFolder(folder, *entry);
        if (isFolder || isPictureName(entry->d_name))
            entries.push_back({entry->d_name, isFolder, isLinkEntry(folder, *entry)});
    }
    if (code)
        return phrasedError(
            {LEMNOS_TEXT("The folder %1 can't be read: %2. Check that it is there and that its permissions allow it."),
             {Phrase::name(displayPath(folder)), Phrase::name(std::generic_category().message(code))}},
            displayPath(folder));
    std::ranges::sort(entries, {}, &FolderEntry::name);
    return entries;
}

/// A folder on the way down from a class folder.
struct Visit {
    std::string path;   ///< relative to the root
    std::string label;  ///< name of the class folder
    std::optional<Split> split;
};

class Walk {
  public:
    Walk(fs::path root, TextStore& paths, const ParallelOptions& options)
        : m_root(std::move(root)), m_paths(paths), m_options(options) {}

    Result<FolderListing> run() {
        m_visited.insert(canonical(""));
        TRY(const std::vector<FolderEntry> entries, entriesOf(m_root));
        if (isPreSplit(entries)) {
            for (const FolderEntry& entry : entries) {
                const auto split = splitOfFolder(entry.name);
                if (split && entry.isFolder) addClassFolders(entry.name, *split);
            }
        } else {
            for (const FolderEntry& entry : entries) addClassFolder(entry, "", std::nullopt);
        }
        TRY_OK(walkAll());
        for (auto& [name, files] : m_listing.classes) {
            if (!std::ranges::is_sorted(files, {}, &ListedFile::path))  // as those of one folder are
                std::ranges::sort(files, {}, &ListedFile::path);
        }
        return std::move(m_listing);
    }

  private:
    fs::path canonical(const std::string& path) const {
        std::error_code code;
        fs::path result = fs::canonical(m_root / path, code);
        return code ? m_root / path : result;
    }

    /// A folder of vehicles may have a class "train": it is a part of the data only if it holds folders itself, and
    /// there is another part, or nothing else.
    bool isPreSplit(const std::vector<FolderEntry>& entries) const {
        bool train = false, other = false, onlySplits = true;
        for (const FolderEntry& entry : entries) {
            if (!entry.isFolder) continue;
            const auto split = splitOfFolder(entry.name);
            onlySplits &= split.has_value();
            if (!split) continue;
            (*split == Split::train ? train : other) |= holdsFolders(entry.name);
        }
        return train && (other || onlySplits);
    }

    bool holdsFolders(const std::string& path) const {
        const auto entries = entriesOf(m_root / path);
        return entries && std::ranges::any_of(*entries, &FolderEntry::isFolder);
    }

    void addClassFolders(const std::string& splitFolder, Split split) {
        if (!m_visited.insert(canonical(splitFolder)).second) return skipLink(splitFolder);
        const auto entries = entriesOf(m_root / splitFolder);
        if (!entries) return addProblem(splitFolder, entries.error().message);
        for (const FolderEntry& entry : *entries) addClassFolder(entry, splitFolder + "/", split);
    }

    void addClassFolder(const FolderEntry& entry, const std::string& above, std::optional<Split> split) {
        if (!entry.isFolder) return;
        (entry.isLink ? m_links : m_folders).push_back({above + entry.name, entry.name, split});
    }

    /// Links come last, so that a picture counts where it lies and not where a link leads to it.
    Status walkAll() {
        while (!m_folders.empty() || !m_links.empty()) TRY_OK(walk(nextVisits()));
        return {};
    }

    /// Folders that do not depend on each other, but no more than leave little in memory; or one link.
    std::vector<Visit> nextVisits() {
        constexpr std::size_t most = 256;
        std::vector<Visit>& from = m_folders.empty() ? m_links : m_folders;
        const bool isLink = m_folders.empty();
        std::vector<Visit> visits;
        for (std::size_t n = isLink ? 1 : std::min(most, from.size()); n > 0; --n) {
            const fs::path target = canonical(from.back().path);
            if (!m_visited.insert(target).second || (isLink && holdsRoot(target)))
                skipLink(from.back().path);
            else
                visits.push_back(std::move(from.back()));
            from.pop_back();
        }
        return visits;
    }

    Status walk(const std::vector<Visit>& visits) {
        std::vector<std::optional<Result<std::vector<FolderEntry>>>> entries(visits.size());
        TRY_OK(parallelFor(
            visits.size(), [&](std::size_t i) { entries[i] = entriesOf(m_root / visits[i].path); }, m_options));
        for (std::size_t i = 0; i < visits.size(); ++i) list(visits[i], *entries[i]);
        return {};
    }

    bool holdsRoot(const fs::path& folder) const {
        const fs::path root = canonical("");
        return std::mismatch(folder.begin(), folder.end(), root.begin(), root.end()).first == folder.end();
    }

    void list(const Visit& visit, const Result<std::vector<FolderEntry>>& entries) {
        std::vector<ListedFile>& files = m_listing.classes[visit.label];
        if (!entries) return addProblem(visit.path, entries.error().message);
        for (const FolderEntry& entry : *entries) {
            std::string path = visit.path + "/" + entry.name;
            if (entry.isFolder)
                (entry.isLink ? m_links : m_folders).push_back({std::move(path), visit.label, visit.split});
            else
                files.push_back({m_paths.keep(path), visit.split});
        }
    }

    void skipLink(const std::string& path) {
        addProblem(path, LEMNOS_TEXT("The link leads to a folder that is read anyway, so it was not followed."));
    }

    void addProblem(const std::string& path, std::string reason) {
        m_listing.problems.push_back({path, std::move(reason)});
    }

    fs::path m_root;
    TextStore& m_paths;
    const ParallelOptions& m_options;
    FolderListing m_listing;
    std::vector<Visit> m_folders, m_links;
    std::set<fs::path> m_visited;
};

}  // namespace

bool isPictureName(std::string_view name) {
    static constexpr std::array<std::string_view, 7> extensions{"jpg", "jpeg", "png", "bmp", "webp", "tif", "tiff"};
    const auto dot = name.rfind('.');
    return dot != name.npos && std::ranges::find(extensions, lowerCase(name.substr(dot + 1))) != extensions.end();
}

Result<FolderListing> listFolder(const fs::path& root, TextStore& paths, const ParallelOptions& options) {
    const std::string name = displayPath(root);
    std::error_code code;
    const fs::file_status status = fs::status(root, code);
    if (status.type() == fs::file_type::not_found)
        return phrasedError({LEMNOS_TEXT("There is no folder %1. Check the path, or connect the drive that holds it."),
                             {Phrase::name(name)}},
                            name);
    if (!code && !fs::is_directory(status))
        return phrasedError(
            {LEMNOS_TEXT("%1 is a file. Choose the folder that holds one folder of pictures for each class."),
             {Phrase::name(name)}},
            name);
    return Walk(root, paths, options).run();
}

std::optional<Split> splitOfFolder(std::string_view name) {
    const std::string lower = lowerCase(name);
    if (lower == "train" || lower == "training") return Split::train;
    if (lower == "val" || lower == "valid" || lower == "validation") return Split::validation;
    if (lower == "test" || lower == "testing" || lower == "eval") return Split::test;
    return std::nullopt;
}

}  // namespace lemnos
