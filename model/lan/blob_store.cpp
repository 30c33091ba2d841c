#include "model/lan/blob_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "model/data/parallel.h"
#include "model/files.h"
#include "model/lan/wire.h"
#include "model/param.h"
#include "model/phrased_error.h"
#include "model/room.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr const char* ending = ".blobs";

/// Reads or writes all of it; false when that can't be done.
template <class Byte, class Call>
bool wholly(std::span<Byte> bytes, std::int64_t offset, const Call& call) {
    while (!bytes.empty()) {
        const ssize_t count = call(bytes.data(), bytes.size(), offset);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += count;
    }
    return true;
}

/// Whether another process uses the file now.
bool isInUse(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool used = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0;
    ::close(descriptor);
    return used;
}

}  // namespace

Result<std::unique_ptr<BlobStore>> BlobStore::open(const fs::path& folder, BlobList list, std::int64_t limitBytes,
                                                   std::stop_token stop) {
    constexpr std::int64_t megabyte = 1'000'000;
    if (list.totalBytes() > limitBytes)
        return phrasedError({LEMNOS_TEXT("The pictures take %1 MB, and this PC lends %2 MB of its disk."),
                             {Phrase::name(std::to_string(list.totalBytes() / megabyte + 1)),
                              Phrase::name(std::to_string(limitBytes / megabyte))}});
    std::error_code code;
    fs::create_directories(folder, code);
    const fs::path file = folder / (hexOf(list.root()) + ending);
    makeRoom(folder, ending, file, limitBytes, list.totalBytes(),
             [](const fs::path& other) { return !isInUse(other); });
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    const auto failed = [&](int number) {
        return phrasedError({LEMNOS_TEXT("The pictures can't be kept in %1 (%2)."),
                             {Phrase::name(displayPath(file)), Phrase::name(std::generic_category().message(number))}},
                            displayPath(file));
    };
    if (descriptor < 0) return failed(errno);
    std::unique_ptr<BlobStore> store(new BlobStore(std::move(list), descriptor));
    ::flock(descriptor, LOCK_SH);  // so that nobody removes it for room
    if (const int full = ::posix_fallocate(descriptor, 0, std::max<std::int64_t>(1, store->m_list.totalBytes())))
        return failed(full);
    fs::last_write_time(file, fs::file_time_type::clock::now(), code);

    store->m_states.assign(store->m_list.hashes.size(), State::absent);
    std::vector<std::uint8_t> here(store->m_states.size(), 0);
    TRY_OK(parallelFor(here.size(),
                       [&](std::size_t blob) {
                           const auto bytes = store->readFile(blob);
                           here[blob] = sha256({bytes}) == store->m_list.hashes[blob] ? 1 : 0;
                       },
                       {0, stop, {}}));
    for (std::size_t blob = 0; blob < here.size(); ++blob) {
        if (here[blob] != 0) store->note(blob, Origin::kept);
    }
    return store;
}

BlobStore::~BlobStore() {
    ::close(m_descriptor);
}

std::vector<std::byte> BlobStore::readFile(std::size_t blob) const {
    std::vector<std::byte> bytes(m_list.bytesOf(blob));
    const bool whole = wholly(std::span(bytes), offsetOf(blob), [&](std::byte* to, std::size_t size, std::int64_t at) {
        return ::pread(m_descriptor, to, size, at);
    });
    if (!whole) bytes.clear();
    return bytes;
}

std::optional<std::vector<std::byte>> BlobStore::find(const Digest& hash) const {
    const auto found = std::ranges::find(m_list.hashes, hash);
    if (found == m_list.hashes.end()) return std::nullopt;
    const auto blob = static_cast<std::size_t>(found - m_list.hashes.begin());
    {
        const std::scoped_lock lock(m_mutex);
        if (m_states[blob] != State::here) return std::nullopt;
    }
    return readFile(blob);
}

/// Under the mutex, once there are several threads.
void BlobStore::note(std::size_t blob, Origin origin) {
    if (m_states[blob] == State::here) return;
    m_states[blob] = State::here;
    ++m_here;
    m_bytes[static_cast<std::size_t>(origin)] += static_cast<std::int64_t>(m_list.bytesOf(blob));
}

Status BlobStore::put(std::size_t blob, std::span<const std::byte> bytes, Origin origin) {
    if (bytes.size() != m_list.bytesOf(blob) || sha256({bytes}) != m_list.hashes[blob])
        return Error{LEMNOS_TEXT("The pictures that have come are not those that were asked for.")};
    const bool whole = wholly(bytes, offsetOf(blob), [&](const std::byte* from, std::size_t size, std::int64_t at) {
        return ::pwrite(m_descriptor, from, size, at);
    });
    if (!whole)
        return phrasedError({LEMNOS_TEXT("The pictures can't be written (%1)."),
                             {Phrase::name(std::generic_category().message(errno))}});
    const std::scoped_lock lock(m_mutex);
    note(blob, origin);
    std::erase(m_waitedFor, blob);
    m_changed.notify_all();
    return {};
}

bool BlobStore::read(std::uint32_t sample, std::uint8_t* pixels) {
    const auto found = std::ranges::lower_bound(m_list.samples, sample);
    if (found == m_list.samples.end() || *found != sample) return false;
    const std::int64_t picture = found - m_list.samples.begin();
    const auto blob = static_cast<std::size_t>(picture / m_list.perBlob);
    {
        std::unique_lock lock(m_mutex);
        if (m_states[blob] != State::here) {
            if (std::ranges::find(m_waitedFor, blob) == m_waitedFor.end()) m_waitedFor.push_back(blob);
            m_changed.notify_all();
            m_changed.wait(lock, [&] { return m_closed || m_states[blob] == State::here; });
            if (m_states[blob] != State::here) return false;
        }
    }
    return wholly(
        std::span(pixels, static_cast<std::size_t>(m_list.pictureBytes)), picture * m_list.pictureBytes,
        [&](std::uint8_t* to, std::size_t size, std::int64_t at) { return ::pread(m_descriptor, to, size, at); });
}

void BlobStore::close() {
    const std::scoped_lock lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

std::optional<std::size_t> BlobStore::take(std::size_t home, std::size_t homes, bool onlyHome, std::stop_token stop) {
    std::unique_lock lock(m_mutex);
    std::optional<std::size_t> chosen;
    const auto choose = [&] {
        const auto isAbsent = [&](std::size_t blob) {
            return m_states[blob] == State::absent && (!onlyHome || blob % homes == home);
        };
        if (const auto waited = std::ranges::find_if(m_waitedFor, isAbsent); waited != m_waitedFor.end()) {
            chosen = *waited;
            return true;
        }
        for (std::size_t blob = home; blob < m_states.size() && !chosen; blob += homes)
            if (isAbsent(blob)) chosen = blob;
        for (std::size_t blob = 0; blob < m_states.size() && !chosen && !onlyHome; ++blob)
            if (isAbsent(blob)) chosen = blob;
        return chosen.has_value();
    };
    m_changed.wait(lock, stop, [&] { return m_closed || choose(); });
    if (m_closed || !chosen || stop.stop_requested()) return std::nullopt;
    m_states[*chosen] = State::underway;
    return chosen;
}

void BlobStore::giveBack(std::size_t blob) {
    const std::scoped_lock lock(m_mutex);
    if (m_states[blob] == State::underway) m_states[blob] = State::absent;
    m_changed.notify_all();
}

void BlobStore::reserve(std::span<const std::size_t> blobs) {
    const std::scoped_lock lock(m_mutex);
    for (const std::size_t blob : blobs)
        if (m_states[blob] == State::absent) m_states[blob] = State::reserved;
}

std::optional<std::size_t> BlobStore::takeReserved() {
    const std::scoped_lock lock(m_mutex);
    if (m_closed) return std::nullopt;
    const auto isReserved = [&](std::size_t blob) { return m_states[blob] == State::reserved; };
    std::optional<std::size_t> chosen;
    if (const auto waited = std::ranges::find_if(m_waitedFor, isReserved); waited != m_waitedFor.end())
        chosen = *waited;
    else if (const auto first = std::ranges::find(m_states, State::reserved); first != m_states.end())
        chosen = static_cast<std::size_t>(first - m_states.begin());
    if (chosen) m_states[*chosen] = State::underway;
    return chosen;
}

void BlobStore::endReservation() {
    const std::scoped_lock lock(m_mutex);
    std::ranges::replace(m_states, State::reserved, State::absent);
    m_changed.notify_all();
}

bool BlobStore::waitUntilComplete() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_closed || m_here == m_states.size(); });
    return m_here == m_states.size();
}

std::int64_t BlobStore::bytesFrom(Origin origin) const {
    const std::scoped_lock lock(m_mutex);
    return m_bytes[static_cast<std::size_t>(origin)];
}

std::size_t BlobStore::blobsHere() const {
    const std::scoped_lock lock(m_mutex);
    return m_here;
}

}  // namespace lemnos
