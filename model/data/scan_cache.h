// ScanCache: what an earlier scan found out about each file, so that the next one reads only what changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/text.h"

namespace lemnos {

/// What decoding a file gave: a size, or the reason why there is none.
struct FileFacts {
    int width = 0;
    int height = 0;
    bool grey = false;
    std::string reason{};  ///< empty: the picture can be decoded

    bool operator==(const FileFacts&) const = default;
};

/// Tells whether a file is still the one that was read.
struct FileStamp {
    std::uint64_t sizeBytes = 0;
    std::int64_t modified = 0;  ///< ticks of the file system's clock

    bool operator==(const FileStamp&) const = default;
};

struct ScanRecord {
    std::string path;  ///< relative to the root, as in Sample
    FileStamp stamp;
    FileFacts facts;

    bool operator==(const ScanRecord&) const = default;
};

/// A file in the cache folder for each data folder; lines of text. Whatever is wrong with it, it is as good as absent.
class ScanCache {
  public:
    ScanCache(const std::filesystem::path& cacheFolder, const std::filesystem::path& root);

    /// What is known of this file, or null. Safe to call from several threads.
    const FileFacts* find(const std::string& path, const FileStamp& stamp) const;

    /// Replaces all records. A cache that can't be written is no error: the next scan is slower.
    void save(const std::vector<ScanRecord>& records) const;

  private:
    std::filesystem::path m_file;
    std::string m_root;
    std::unordered_map<std::string, ScanRecord> m_records;
};

}  // namespace lemnos
