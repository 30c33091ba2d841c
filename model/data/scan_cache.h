// ScanCache: what an earlier scan found out about each file, so that the next one reads only what changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/data/picture_header.h"

namespace lemnos {

/// What decoding a file gave: a size, or the reason why there is none.
struct FileFacts {
    int width = 0;
    int height = 0;
    std::uint64_t hash = 0;  ///< of the bytes, by contentHash(); 0 where the file was not read
    PictureFormat format = PictureFormat::png;
    bool grey = false;
    bool truncated = false;
    std::string reason{};  ///< empty: the picture can be decoded

    bool operator==(const FileFacts&) const = default;
};

/// Tells whether a file is still the one that was read.
struct FileStamp {
    std::uint64_t sizeBytes = 0;
    std::int64_t modified = 0;  ///< nanoseconds since 1970

    bool operator==(const FileStamp&) const = default;
};

struct ScanRecord {
    std::string_view path;  ///< relative to the source, as in Sample
    FileStamp stamp;
    const FileFacts& facts;
};

/// A file in the cache folder for each source; lines of text. Whatever is wrong with it, it is as good as absent.
/// Lines are parsed when they are asked for, and only their places are kept: there may be millions.
class ScanCache {
  public:
    ScanCache(const std::filesystem::path& cacheFolder, const std::filesystem::path& source);
    /// Of every source that has a cache in the folder, the newest first.
    static std::vector<std::filesystem::path> filesIn(const std::filesystem::path& cacheFolder);
    /// From such a file; nothing where it is none.
    static std::optional<ScanCache> read(const std::filesystem::path& file);
    ScanCache(ScanCache&&) noexcept;
    ScanCache& operator=(ScanCache&&) noexcept;
    ~ScanCache();

    /// Whether there was a scan before.
    bool isKnown() const { return !m_text.empty(); }
    /// Files that the earlier scan knew.
    std::size_t size() const { return m_starts.size(); }

    struct Found {
        FileStamp stamp;
        FileFacts facts;
    };
    /// What the earlier scan found out about a file of this name. `place` is where the file is in the order that files
    /// are saved in: little has changed as a rule, so it is where it was, and needs no search. Safe to call from
    /// several threads.
    std::optional<Found> find(std::string_view path, std::size_t place) const;

    /// The folder or list that was scanned.
    std::filesystem::path source() const { return m_source; }
    /// Every file that the earlier scan knew, with its path relative to the source.
    void forEach(const std::function<void(const std::string& path, const Found& found)>& call) const;

    /// Replaces everything; call(i) gives the record `i` or nothing. A cache that can't be written is no error: the
    /// next scan is slower.
    template <class Call>
    void save(std::size_t count, const Call& call) {
        forget();
        std::string body;
        for (std::size_t i = 0; i < count; ++i) {
            if (const std::optional<ScanRecord> record = call(i)) append(body, *record);
        }
        write(std::move(body));
    }

  private:
    struct Search;
    ScanCache() = default;
    bool take(std::string text);
    bool isAt(std::size_t line, std::string_view path) const;
    std::optional<std::size_t> searched(std::string_view path) const;
    std::string_view pathOf(std::size_t line) const;
    std::string_view lineAt(std::size_t line) const;

    static void append(std::string& text, const ScanRecord& record);
    std::string header(std::string_view body) const;
    void write(std::string body) const;
    void forget();

    std::filesystem::path m_file;
    std::string m_source, m_text;
    std::vector<std::size_t> m_starts;  ///< of the lines in m_text
    std::unique_ptr<Search> m_search;   ///< for files that are not where they were
};

}  // namespace lemnos
