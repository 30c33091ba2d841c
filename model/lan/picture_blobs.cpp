#include "model/lan/picture_blobs.h"

#include <algorithm>
#include <atomic>

#include "model/data/parallel.h"
#include "model/lan/byte_stream.h"

namespace lemnos {

std::size_t BlobList::picturesOf(std::size_t blob) const {
    const auto each = static_cast<std::size_t>(perBlob);
    return std::min(each, samples.size() - blob * each);
}

Digest BlobList::root() const {
    const std::vector<std::byte> bytes = toBytes(*this);
    return sha256({bytes});
}

std::int64_t picturesPerBlob(std::int64_t pictureBytes) {
    constexpr std::int64_t wanted = 1 << 20;
    return std::max<std::int64_t>(1, wanted / pictureBytes);
}

Result<BlobList> makeBlobList(const PixelCache& cache, std::vector<std::uint32_t> samples, std::int64_t pictureBytes,
                              std::stop_token stop,
                              const std::function<void(std::size_t done, std::size_t total)>& progress) {
    BlobList list{pictureBytes, picturesPerBlob(pictureBytes), std::move(samples), {}};
    const auto each = static_cast<std::size_t>(list.perBlob);
    list.hashes.resize((list.samples.size() + each - 1) / each);
    TRY_OK(parallelFor(list.hashes.size(),
                       [&](std::size_t blob) {
                           const std::vector<std::byte> bytes = readBlob(list, cache, blob);
                           list.hashes[blob] = sha256({bytes});
                       },
                       {0, stop, progress}));
    return list;
}

std::vector<std::byte> readBlob(const BlobList& list, const PixelCache& cache, std::size_t blob) {
    std::vector<std::byte> bytes(list.bytesOf(blob));
    auto* next = reinterpret_cast<std::uint8_t*>(bytes.data());
    const std::size_t first = blob * static_cast<std::size_t>(list.perBlob);
    for (std::size_t i = 0; i < list.picturesOf(blob); ++i, next += list.pictureBytes)
        cache.read(list.samples[first + i], next);
    return bytes;
}

std::vector<std::byte> toBytes(const BlobList& list) {
    ByteWriter writer;
    writer.number(list.pictureBytes);
    writer.number(list.perBlob);
    writer.number(static_cast<std::uint64_t>(list.samples.size()));
    writer.bytes(std::as_bytes(std::span(list.samples)));
    for (const Digest& hash : list.hashes) writer.bytes(hash);
    return writer.take();
}

Result<BlobList> blobListFromBytes(std::span<const std::byte> bytes) {
    const Error error{"The other PC has sent a list of pictures that can't be read."};
    constexpr std::int64_t mostBytes = std::int64_t{1} << 30;
    ByteReader reader(bytes);
    BlobList list;
    list.pictureBytes = reader.number<std::int64_t>();
    list.perBlob = reader.number<std::int64_t>();
    const auto count = reader.number<std::uint64_t>();
    if (list.pictureBytes < 1 || list.pictureBytes > mostBytes || list.perBlob != picturesPerBlob(list.pictureBytes) ||
        count > bytes.size() / sizeof(std::uint32_t))
        return error;
    list.samples.resize(count);
    reader.bytes(std::as_writable_bytes(std::span(list.samples)));
    const auto each = static_cast<std::uint64_t>(list.perBlob);
    const std::uint64_t blobs = (count + each - 1) / each;
    if (blobs > bytes.size() / sizeof(Digest)) return error;
    list.hashes.resize(blobs);
    for (Digest& hash : list.hashes) reader.bytes(hash);
    if (!reader.ok() || std::ranges::adjacent_find(list.samples, std::ranges::greater_equal()) != list.samples.end())
        return error;
    return list;
}

}  // namespace lemnos
