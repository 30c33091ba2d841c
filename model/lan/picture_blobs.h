// PictureBlobs: the prepared pictures of a run, cut into blobs that are known by their content.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "compute/result.h"
#include "model/data/pixel_cache.h"
#include "model/lan/crypto.h"

namespace lemnos {

/// Which pictures there are. Blob b holds the pictures from b x perBlob on, one behind the other.
struct BlobList {
    std::int64_t pictureBytes = 0;
    std::int64_t perBlob = 1;
    std::vector<std::uint32_t> samples;  ///< index into the data set of each picture, ascending
    std::vector<Digest> hashes;          ///< of each blob

    std::size_t picturesOf(std::size_t blob) const;
    std::size_t bytesOf(std::size_t blob) const { return picturesOf(blob) * static_cast<std::size_t>(pictureBytes); }
    std::int64_t totalBytes() const { return pictureBytes * static_cast<std::int64_t>(samples.size()); }
    /// Of everything: equal lists have equal pictures.
    Digest root() const;
};

/// About a megabyte, but at least one picture.
std::int64_t picturesPerBlob(std::int64_t pictureBytes);

/// The blobs of these samples, of which `cache` holds every one; an Error names how many it does not.
Result<BlobList> makeBlobList(const PixelCache& cache, std::vector<std::uint32_t> samples, std::int64_t pictureBytes,
                              std::stop_token stop,
                              const std::function<void(std::size_t done, std::size_t total)>& progress = {});

/// A blob as it goes over the wire. The cache holds its pictures.
std::vector<std::byte> readBlob(const BlobList& list, const PixelCache& cache, std::size_t blob);

std::vector<std::byte> toBytes(const BlobList& list);
/// Checks that numbers fit each other and that samples ascend.
Result<BlobList> blobListFromBytes(std::span<const std::byte> bytes);

}  // namespace lemnos
