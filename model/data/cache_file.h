// CacheFile: the file behind a PixelCache, as bytes.
//
// A header, the identity of each picture (8 bytes each), and the pictures in the same order, all in the byte order of
// the machine: it is for this machine alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "compute/result.h"

namespace lemnos {

struct CacheHeader {
    std::uint64_t magic = 0x6c656d6e6f735058u;  ///< "lemnosPX"
    std::uint64_t version = 1;                  ///< to be raised when the same files would give other pictures
    std::uint64_t key = 0;                      ///< of folder and preprocessing
    std::uint64_t pictures = 0;
    std::uint64_t pictureBytes = 0;

    bool operator==(const CacheHeader&) const = default;
    std::uint64_t offset(std::uint64_t place) const {
        return sizeof(CacheHeader) + pictures * sizeof(std::uint64_t) + place * pictureBytes;
    }
};

/// What is in the bytes of a cache file, which have to stay where they are.
class CacheView {
  public:
    /// Nothing when the bytes are not a whole cache file of this key and size of pictures.
    static std::optional<CacheView> of(std::span<const std::uint8_t> bytes, std::uint64_t key,
                                       std::uint64_t pictureBytes);

    std::uint64_t pictures() const { return m_header.pictures; }
    std::uint64_t identity(std::uint64_t place) const;
    std::uint64_t offset(std::uint64_t place) const { return m_header.offset(place); }
    const std::uint8_t* picture(std::uint64_t place) const { return m_bytes + offset(place); }

  private:
    CacheHeader m_header;
    const std::uint8_t* m_bytes = nullptr;
};

/// A cache file that is mapped into memory until this ends.
class MappedCacheFile {
  public:
    MappedCacheFile() = default;
    MappedCacheFile(MappedCacheFile&& other) noexcept { *this = std::move(other); }
    MappedCacheFile& operator=(MappedCacheFile&& other) noexcept;
    ~MappedCacheFile();

    /// Holds nothing when the file is not a whole cache file of this key.
    static MappedCacheFile open(const std::filesystem::path& file, std::uint64_t key, std::uint64_t pictureBytes);

    explicit operator bool() const { return m_view.has_value(); }
    const CacheView& view() const { return *m_view; }

    /// Has the system fetch a picture that is not in memory now, and does not wait for it. Without that, a file larger
    /// than the memory is read a page at a time.
    void expect(std::uint64_t place) const;

  private:
    std::optional<CacheView> m_view;
    void* m_bytes = nullptr;
    std::size_t m_size = 0;
};

/// A new cache file under a temporary name, which is removed unless it is complete.
class NewCacheFile {
  public:
    NewCacheFile(std::filesystem::path file, const CacheHeader& header);
    ~NewCacheFile();
    NewCacheFile(const NewCacheFile&) = delete;
    NewCacheFile& operator=(const NewCacheFile&) = delete;

    bool ok() const { return m_error == 0; }
    /// Why it can't be written.
    Status status() const;
    /// From any thread.
    void write(std::uint64_t place, const std::uint8_t* pixels);
    Status complete(const std::vector<std::uint64_t>& identities);

  private:
    void fail(int code) { m_error = code; }

    std::filesystem::path m_file, m_temporary;
    CacheHeader m_header;
    int m_descriptor;
    std::atomic<int> m_error = 0;
    bool m_complete = false;
};

/// Removes what killed processes left unfinished in a folder of cache files.
void removeUnfinishedCacheFiles(const std::filesystem::path& folder);

/// That the file can't be written, for the reason with this error number.
Error cacheWriteError(const std::filesystem::path& file, int code);

}  // namespace lemnos
