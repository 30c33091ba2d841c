// PixelCache: one block of memory, filled first come, first served, without locks; or a file, written once.
//
// A cache file is a header, the identity of each picture (8 bytes each), and the pictures in the same order, all in the
// byte order of the machine: it is for this machine alone.
#include "model/data/pixel_cache.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/data/hash.h"
#include "model/data/parallel.h"
#include "model/files.h"
#include "model/room.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

/// To be raised when the same files would give other pictures.
constexpr std::uint64_t formatVersion = 1;
constexpr std::uint64_t magic = 0x6c656d6e6f735058u;  // "lemnosPX"
/// Added to the identity of a file that could not be decoded; it is not tried again until it changes.
constexpr std::uint64_t unreadable = std::uint64_t{1} << 63;
/// Identity of a file that is not there.
constexpr std::uint64_t missing = 0;

struct Header {
    std::uint64_t magic = lemnos::magic;
    std::uint64_t version = formatVersion;
    std::uint64_t key = 0;  ///< of folder and preprocessing
    std::uint64_t pictures = 0;
    std::uint64_t pictureBytes = 0;

    bool operator==(const Header&) const = default;
    std::uint64_t offset(std::uint64_t place) const {
        return sizeof(Header) + pictures * sizeof(std::uint64_t) + place * pictureBytes;
    }
};

/// A descriptor and a mapping that end themselves.
class MappedFile {
  public:
    MappedFile() = default;
    MappedFile(MappedFile&& other) noexcept
        : m_bytes(std::exchange(other.m_bytes, nullptr)), m_size(std::exchange(other.m_size, 0)) {}
    MappedFile& operator=(MappedFile&& other) noexcept {
        std::swap(m_bytes, other.m_bytes);
        std::swap(m_size, other.m_size);
        return *this;
    }
    ~MappedFile() {
        if (m_bytes) ::munmap(m_bytes, m_size);
    }

    /// Nothing when the file is not a whole cache file of this key.
    static MappedFile open(const fs::path& file, std::uint64_t key, std::uint64_t pictureBytes) {
        MappedFile mapped;
        const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return mapped;
        struct stat status {};
        if (::fstat(descriptor, &status) == 0 && static_cast<std::size_t>(status.st_size) >= sizeof(Header)) {
            const auto size = static_cast<std::size_t>(status.st_size);
            void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
            if (bytes != MAP_FAILED) {
                mapped.m_bytes = static_cast<std::uint8_t*>(bytes);
                mapped.m_size = size;
            }
        }
        ::close(descriptor);
        if (!mapped.m_bytes) return mapped;
        const Header header = mapped.header();
        const std::uint64_t most = mapped.m_size / sizeof(std::uint64_t);  // so that nothing overflows below
        const Header expected{.key = key, .pictures = header.pictures, .pictureBytes = pictureBytes};
        if (header != expected || header.pictures > most || header.offset(header.pictures) != mapped.m_size) return {};
        return mapped;
    }

    explicit operator bool() const { return m_bytes != nullptr; }
    Header header() const {
        Header header;
        std::memcpy(&header, m_bytes, sizeof header);
        return header;
    }
    std::uint64_t identity(std::uint64_t place) const {
        std::uint64_t value = 0;
        std::memcpy(&value, m_bytes + sizeof(Header) + place * sizeof value, sizeof value);
        return value;
    }
    const std::uint8_t* picture(std::uint64_t place) const { return m_bytes + header().offset(place); }

  private:
    std::uint8_t* m_bytes = nullptr;
    std::size_t m_size = 0;
};

std::string hexadecimal(std::uint64_t value) {
    char digits[16];
    return {digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr};
}

/// Everything that decides what a decoded picture looks like, but for the file itself.
std::uint64_t keyOf(const DatasetIndex& index, const Preprocess& preprocess) {
    const nlohmann::json key = {preprocess.width, preprocess.height, preprocess.channels, toJson(preprocess.steps)};
    return splitMix(fnv1a(key.dump())) ^ fnv1a(index.root.string());
}

/// Tells whether a file is still the one that was decoded, as the scan does: by path, size and time.
std::uint64_t identityOf(const DatasetIndex& index, std::uint32_t sample) {
    struct stat status {};
    const fs::path path = index.absolutePath(index.samples[sample]);
    if (::stat(path.c_str(), &status) != 0) return missing;
    std::uint64_t value = fnv1a(path.string());  // whole: several sources may have files of one name
    value = splitMix(value ^ static_cast<std::uint64_t>(status.st_size));
    value = splitMix(value ^ static_cast<std::uint64_t>(status.st_mtim.tv_sec));
    value = splitMix(value ^ static_cast<std::uint64_t>(status.st_mtim.tv_nsec));
    return std::max<std::uint64_t>(1, value & ~unreadable);
}

Error writeError(const fs::path& file, int code) {
    return {
        "The picture cache " + displayPath(file) + " can't be written (" + std::generic_category().message(code) + ").",
        displayPath(file)};
}

/// Writes all of it at an offset; 0 or the error number.
int writeAt(int descriptor, const void* bytes, std::size_t count, std::uint64_t offset) {
    const auto* next = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t written = ::pwrite(descriptor, next, count, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        next += written;
        count -= static_cast<std::size_t>(written);
        offset += static_cast<std::uint64_t>(written);
    }
    return 0;
}

constexpr const char* unfinishedEnding = ".tmp";

/// Whether "KEY.pixels.PID.tmp" was begun by a process that is no more.
bool isLeftBehind(const fs::path& file) {
    if (file.extension() != unfinishedEnding) return false;
    const std::string process = file.stem().extension().string();  // ".PID"
    if (process.empty()) return false;
    int id = 0;
    const auto [end, code] = std::from_chars(process.data() + 1, process.data() + process.size(), id);
    return code == std::errc() && id > 0 && ::kill(id, 0) != 0 && errno == ESRCH;
}

/// Removes what killed processes left.
void removeLeftBehind(const fs::path& folder) {
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
        std::error_code ignored;
        if (isLeftBehind(entry.path())) fs::remove(entry.path(), ignored);
    }
}

/// A new cache file under a temporary name, which is removed unless it is complete.
class NewFile {
  public:
    NewFile(fs::path file, const Header& header)
        : m_file(std::move(file)),
          m_temporary(m_file.string() + "." + std::to_string(::getpid()) + unfinishedEnding),
          m_header(header),
          m_descriptor(::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
        // All at once, so that a full disk is found before any work is done.
        const int code = m_descriptor < 0
                             ? errno
                             : ::posix_fallocate(m_descriptor, 0, static_cast<off_t>(header.offset(header.pictures)));
        if (code != 0) fail(code);
    }
    ~NewFile() {
        if (m_descriptor >= 0) ::close(m_descriptor);
        if (!m_complete) ::unlink(m_temporary.c_str());
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    bool ok() const { return m_error == 0; }
    Status status() const { return ok() ? Status() : writeError(m_file, m_error); }

    /// From any thread.
    void write(std::uint64_t place, const std::uint8_t* pixels) {
        if (const int code = writeAt(m_descriptor, pixels, m_header.pictureBytes, m_header.offset(place))) fail(code);
    }

    Status complete(const std::vector<std::uint64_t>& identities) {
        if (!ok()) return status();
        int code = writeAt(m_descriptor, &m_header, sizeof m_header, 0);
        if (code == 0)
            code = writeAt(m_descriptor, identities.data(), identities.size() * sizeof identities[0], sizeof m_header);
        if (code == 0 && ::fsync(m_descriptor) != 0) code = errno;
        if (code == 0 && ::rename(m_temporary.c_str(), m_file.c_str()) != 0) code = errno;
        if (code != 0) return writeError(m_file, code);
        m_complete = true;
        return {};
    }

  private:
    void fail(int code) { m_error = code; }

    fs::path m_file, m_temporary;
    Header m_header;
    int m_descriptor;
    std::atomic<int> m_error = 0;
    bool m_complete = false;
};

std::unordered_map<std::uint64_t, std::uint64_t> placesIn(const MappedFile& file) {
    std::unordered_map<std::uint64_t, std::uint64_t> places;
    const std::uint64_t count = file ? file.header().pictures : 0;
    places.reserve(count);
    for (std::uint64_t place = 0; place < count; ++place) places.emplace(file.identity(place), place);
    return places;
}

}  // namespace

struct PixelCache::State {
    static constexpr std::uint32_t absent = 0xffffffffu, beingWritten = 0xfffffffeu;

    State(std::size_t samples, const Preprocess& preprocess)
        : pictureBytes(static_cast<std::size_t>(preprocess.pictureBytes())), places(samples) {
        for (auto& place : places) place = absent;
    }

    const std::uint8_t* at(std::uint32_t place) const {
        return file ? file.picture(place) : memory.get() + place * pictureBytes;
    }

    std::size_t pictureBytes;
    std::vector<std::atomic<std::uint32_t>> places;  // per sample
    std::uint32_t capacity = 0;
    std::atomic<std::uint32_t> next = 0;
    // One of the three:
    PixelCache::Elsewhere elsewhere{};
    std::unique_ptr<std::uint8_t[]> memory{};  // not initialised: pages are touched when a picture comes
    MappedFile file{};
};

PixelCache::PixelCache(std::unique_ptr<State> state) : m_state(std::move(state)) {}
PixelCache::PixelCache(PixelCache&&) noexcept = default;
PixelCache::~PixelCache() = default;

PixelCache::PixelCache(const DatasetIndex& index, const Preprocess& preprocess, std::int64_t limitBytes)
    : m_state(std::make_unique<State>(index.samples.size(), preprocess)) {
    State& state = *m_state;
    const std::size_t room = static_cast<std::size_t>(std::max<std::int64_t>(0, limitBytes)) / state.pictureBytes;
    const std::size_t wanted = std::min(room, index.samples.size());
    state.memory.reset(new (std::nothrow) std::uint8_t[wanted * state.pictureBytes]);
    state.capacity = state.memory ? static_cast<std::uint32_t>(wanted) : 0;
}

Result<PixelCache> PixelCache::open(const DatasetIndex& index, const Preprocess& preprocess,
                                    const CacheOptions& options) {
    auto state = std::make_unique<State>(index.samples.size(), preprocess);
    Header header{.key = keyOf(index, preprocess), .pictureBytes = state->pictureBytes};
    const fs::path file = options.folder / (hexadecimal(header.key) + ".pixels");
    MappedFile old = MappedFile::open(file, header.key, header.pictureBytes);
    const auto places = placesIn(old);

    // The pictures that are kept: all, or as many as the limit has room for, the same ones every time.
    const std::int64_t perPicture = preprocess.pictureBytes() + std::int64_t{sizeof(std::uint64_t)};
    const auto room = static_cast<std::size_t>(
        std::max<std::int64_t>(0, options.limitBytes - std::int64_t{sizeof(Header)}) / perPicture);
    const std::size_t kept = std::min(room, index.samples.size());
    std::vector<std::uint64_t> identities(kept);
    TRY_OK(parallelFor(kept, [&](std::size_t i) { identities[i] = identityOf(index, static_cast<std::uint32_t>(i)); },
                       {options.threads, options.stop, {}}));
    const auto isKnown = [&](std::uint64_t identity) {
        return identity == missing || places.contains(identity) || places.contains(identity | unreadable);
    };
    // A file with more pictures of the past than of the present is written anew.
    const bool isComplete = old && std::ranges::all_of(identities, isKnown) && old.header().pictures <= 2 * kept &&
                            cacheFileBytes(old.header().pictures, preprocess) <= options.limitBytes;
    if (!isComplete) {
        header.pictures = kept;
        std::error_code code;
        fs::create_directories(options.folder, code);
        removeLeftBehind(options.folder);
        makeRoom(options.folder, ".pixels", file, options.limitBytes, cacheFileBytes(kept, preprocess));
        NewFile fresh(file, header);
        TRY_OK(fresh.status());
        const auto work = [&](std::size_t i) {
            if (const auto found = places.find(identities[i]); found != places.end())
                return fresh.write(i, old.picture(found->second));
            const auto image = readPrepared(index.absolutePath(index.samples[i]), preprocess);
            if (!image) {
                identities[i] |= unreadable;
            } else if (fresh.ok()) {
                fresh.write(i, image->pixels.data());
            }
        };
        TRY_OK(parallelFor(kept, work, {options.threads, options.stop, options.progress}));
        TRY_OK(fresh.complete(identities));
        old = MappedFile::open(file, header.key, header.pictureBytes);
        if (!old) return writeError(file, EIO);
    }
    std::error_code code;
    fs::last_write_time(file, fs::file_time_type::clock::now(), code);  // says when it was used
    const auto held = isComplete ? places : placesIn(old);
    for (std::size_t i = 0; i < kept; ++i) {
        const auto found = held.find(identities[i]);
        if ((identities[i] & unreadable) == 0 && identities[i] != missing && found != held.end())
            state->places[i] = static_cast<std::uint32_t>(found->second);
    }
    state->capacity = static_cast<std::uint32_t>(old.header().pictures);
    state->next = state->capacity;  // a file takes no offers
    state->file = std::move(old);
    return PixelCache(std::move(state));
}

PixelCache::PixelCache(const Preprocess& preprocess, Elsewhere elsewhere)
    : m_state(std::make_unique<State>(0, preprocess)) {
    m_state->elsewhere = std::move(elsewhere);
}

bool PixelCache::read(std::uint32_t sample, std::uint8_t* pixels) const {
    if (m_state->elsewhere) return m_state->elsewhere(sample, pixels);
    const std::uint32_t place = m_state->places[sample].load(std::memory_order_acquire);
    if (place >= m_state->capacity) return false;
    std::memcpy(pixels, m_state->at(place), m_state->pictureBytes);
    return true;
}

void PixelCache::offer(std::uint32_t sample, const std::uint8_t* pixels) {
    State& state = *m_state;
    if (state.elsewhere || state.next.load(std::memory_order_relaxed) >= state.capacity) return;
    std::uint32_t expected = State::absent;
    if (!state.places[sample].compare_exchange_strong(expected, State::beingWritten)) return;
    const std::uint32_t place = state.next.fetch_add(1, std::memory_order_relaxed);
    if (place < state.capacity)
        std::memcpy(state.memory.get() + place * state.pictureBytes, pixels, state.pictureBytes);
    state.places[sample].store(place < state.capacity ? place : State::absent, std::memory_order_release);
}

bool PixelCache::holds(std::uint32_t sample) const {
    return sample < m_state->places.size() && m_state->places[sample] < m_state->capacity;
}

std::size_t PixelCache::count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        m_state->places, [&](const std::atomic<std::uint32_t>& place) { return place < m_state->capacity; }));
}

std::int64_t cacheFileBytes(std::size_t pictures, const Preprocess& preprocess) {
    return std::int64_t{sizeof(Header)} +
           static_cast<std::int64_t>(pictures) * (preprocess.pictureBytes() + std::int64_t{sizeof(std::uint64_t)});
}

fs::path pictureCacheFolder() {
    return cacheFolder() / "pictures";
}

}  // namespace lemnos
