// BlobStore: the pictures that another PC has given, in a file that later runs with the same pictures use again.
#pragma once

#include <array>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "model/lan/picture_blobs.h"

namespace lemnos {

/// From any thread. Nothing is believed: a blob is there when its bytes have the hash that the list gives.
class BlobStore {
  public:
    /// The file of these pictures in `folder`; what it holds already is checked now. Other files there go, those that
    /// were used longest ago first, as far as all together are more than `limitBytes`; an Error when the pictures alone
    /// are more.
    static Result<std::unique_ptr<BlobStore>> open(const std::filesystem::path& folder, BlobList list,
                                                   std::int64_t limitBytes, std::stop_token stop = {});
    ~BlobStore();

    const BlobList& list() const { return m_list; }
    /// The blob with this hash, if it is there.
    std::optional<std::vector<std::byte>> find(const Digest& hash) const;
    /// Where a blob has come from.
    enum class Origin : std::uint8_t { kept, made, received };
    /// Takes a blob; an Error when it is not what the list says, or can't be written.
    Status put(std::size_t blob, std::span<const std::byte> bytes, Origin origin = Origin::received);

    /// Copies the picture of a sample; waits until it is there. False for a sample that is not in the list, and when
    /// the store was closed.
    bool read(std::uint32_t sample, std::uint8_t* pixels);
    /// Nobody waits any more.
    void close();

    /// The next blob to ask for, which is then being fetched: one that somebody waits for, else the first of those
    /// whose number is `home` modulo `homes`, else any, unless `onlyHome`. Waits while all are there or being fetched,
    /// or until close() or a stop request: nothing then.
    std::optional<std::size_t> take(std::size_t home, std::size_t homes, bool onlyHome, std::stop_token stop);
    /// It could not be fetched or made; somebody else may fetch it.
    void giveBack(std::size_t blob);

    /// Of those that are not there, these are going to be made on this PC: take() passes them over.
    void reserve(std::span<const std::size_t> blobs);
    /// The next one to make, which is then being made: one that somebody waits for, else the first; nothing where there
    /// is no more.
    std::optional<std::size_t> takeReserved();
    /// What is still reserved may be fetched.
    void endReservation();

    std::size_t blobsHere() const;
    bool isComplete() const { return blobsHere() == m_list.hashes.size(); }
    /// Blocks until it is complete; false when it was closed before.
    bool waitUntilComplete();
    std::int64_t bytesFrom(Origin origin) const;

  private:
    enum class State : std::uint8_t { absent, reserved, underway, here };

    BlobStore(BlobList list, int descriptor) : m_list(std::move(list)), m_descriptor(descriptor) {}
    std::vector<std::byte> readFile(std::size_t blob) const;
    void note(std::size_t blob, Origin origin);
    std::int64_t offsetOf(std::size_t blob) const {
        return static_cast<std::int64_t>(blob) * m_list.perBlob * m_list.pictureBytes;
    }

    BlobList m_list;
    int m_descriptor;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<State> m_states;            // under the mutex
    std::vector<std::size_t> m_waitedFor;   // blobs; under the mutex
    std::size_t m_here = 0;                 // under the mutex
    std::array<std::int64_t, 3> m_bytes{};  // by Origin; under the mutex
    bool m_closed = false;                  // under the mutex
};

}  // namespace lemnos
