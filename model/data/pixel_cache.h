// PixelCache: prepared pictures of a data set, as they are before augmentation, kept from epoch to epoch and from run
// to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/data/preprocess.h"

namespace lemnos {

struct CacheOptions {
    std::filesystem::path folder;  ///< where cache files are
    std::int64_t limitBytes = 0;   ///< of all cache files in the folder together; pictures that don't fit are decoded
                                   ///< whenever they are needed
    std::stop_token stop{};
    std::function<void(std::size_t done, std::size_t total)> progress{};  ///< while pictures are decoded
    int threads = 0;                                                      ///< 0: one per core
};

class PixelCache {
  public:
    /// Nothing at first, in memory; takes what it is offered while there is room. Memory is used as pictures come.
    PixelCache(const DatasetIndex& index, const Preprocess& preprocess, std::int64_t limitBytes);
    /// Pictures that are kept somewhere else: `elsewhere` does what read() does, from any thread.
    using Elsewhere = std::function<bool(std::uint32_t sample, std::uint8_t* pixels)>;
    PixelCache(const Preprocess& preprocess, Elsewhere elsewhere);
    PixelCache(PixelCache&&) noexcept;
    ~PixelCache();

    /// A file that is mapped into memory, so that the system keeps of it what there is room for. It is found by folder
    /// and preprocessing; each picture in it is known by its path, size and time. Pictures that are missing are decoded
    /// now, on all cores. Errors: cancelled, or the file can't be written; the message says why.
    static Result<PixelCache> open(const DatasetIndex& index, const Preprocess& preprocess,
                                   const CacheOptions& options);

    /// Copies the picture to `pixels` (pictureBytes() long) if it is held.
    bool read(std::uint32_t sample, std::uint8_t* pixels) const;
    /// Says that read() is going to be called for this picture soon; returns at once.
    void expect(std::uint32_t sample) const;
    /// Whether read() would find it; no for pictures that are kept elsewhere.
    bool holds(std::uint32_t sample) const;
    /// Whether it was found to be unreadable, or gone, when it was looked for to be kept.
    bool isUnreadable(std::uint32_t sample) const;
    /// Offers a picture; taken if it is in memory and there is room.
    void offer(std::uint32_t sample, const std::uint8_t* pixels);
    /// Pictures of the index that are held now.
    std::size_t count() const;

  private:
    struct State;
    explicit PixelCache(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// What a cache file for so many pictures takes on disk.
std::int64_t cacheFileBytes(std::size_t pictures, const Preprocess& preprocess);

/// The cache files' own folder within the cache folder.
std::filesystem::path pictureCacheFolder();

}  // namespace lemnos
