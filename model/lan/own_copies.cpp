#include "model/lan/own_copies.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "model/data/hash.h"
#include "model/data/known_pictures.h"

namespace lemnos {

OwnCopies::OwnCopies(const std::filesystem::path& cacheFolder, const DatasetIndex& index, const BlobList& list,
                     const Preprocess& preprocess)
    : m_index(index), m_list(list), m_preprocess(preprocess) {
    std::unordered_set<std::uint64_t> wanted;
    for (const std::uint32_t sample : list.samples) wanted.insert(index.samples[sample].hash);
    wanted.erase(0);
    m_files = knownPictures(cacheFolder, wanted);
    for (std::size_t blob = 0; blob < list.hashes.size(); ++blob) {
        const auto first = list.samples.begin() + static_cast<std::ptrdiff_t>(blob) * list.perBlob;
        const bool all =
            std::all_of(first, first + static_cast<std::ptrdiff_t>(list.picturesOf(blob)),
                        [&](std::uint32_t sample) { return m_files.contains(index.samples[sample].hash); });
        if (all) m_blobs.push_back(blob);
    }
}

std::vector<std::byte> OwnCopies::make(std::size_t blob) const {
    std::vector<std::byte> made;
    made.reserve(m_list.bytesOf(blob));
    const std::size_t first = blob * static_cast<std::size_t>(m_list.perBlob);
    for (std::size_t i = 0; i < m_list.picturesOf(blob); ++i) {
        const std::uint64_t content = m_index.samples[m_list.samples[first + i]].hash;
        const auto bytes = readPictureFile(m_files.at(content));
        if (!bytes || contentHash(*bytes) != content) return {};
        const auto picture =
            decodePrepared({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()}, m_preprocess);
        if (!picture) return {};
        const auto pixels = std::as_bytes(std::span(picture->pixels));
        made.insert(made.end(), pixels.begin(), pixels.end());
    }
    return made;
}

void makeBlobs(const OwnCopies& copies, BlobStore& store, int threads, const std::stop_token& stop) {
    constexpr int mostWrong = 3;
    std::atomic<int> wrong = 0;
    const auto work = [&] {
        while (wrong < mostWrong && !stop.stop_requested()) {
            const auto blob = store.takeReserved();
            if (!blob) return;
            const std::vector<std::byte> bytes = copies.make(*blob);
            // A file that is gone says nothing about the others.
            if (!bytes.empty() && store.put(*blob, bytes, BlobStore::Origin::made)) continue;
            if (!bytes.empty()) ++wrong;
            store.giveBack(*blob);
        }
    };
    {
        std::vector<std::jthread> others;
        for (int i = 1; i < threads; ++i) others.emplace_back(work);
        work();
    }
    store.endReservation();
}

}  // namespace lemnos
