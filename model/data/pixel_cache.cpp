// PixelCache: one block of memory, filled first come, first served, without locks; or a file, written once.
#include "model/data/pixel_cache.h"

#include <sys/stat.h>

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

#include "model/data/cache_file.h"
#include "model/data/hash.h"
#include "model/data/parallel.h"
#include "model/files.h"
#include "model/room.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

/// Added to the identity of a file that could not be decoded; it is not tried again until it changes.
constexpr std::uint64_t unreadable = std::uint64_t{1} << 63;
/// Identity of a file that is not there.
constexpr std::uint64_t missing = 0;

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

std::unordered_map<std::uint64_t, std::uint64_t> placesIn(const MappedCacheFile& file) {
    std::unordered_map<std::uint64_t, std::uint64_t> places;
    const std::uint64_t count = file ? file.view().pictures() : 0;
    places.reserve(count);
    for (std::uint64_t place = 0; place < count; ++place) places.emplace(file.view().identity(place), place);
    return places;
}

}  // namespace

struct PixelCache::State {
    static constexpr std::uint32_t absent = 0xffffffffu, beingWritten = 0xfffffffeu, cantBeRead = 0xfffffffdu;

    State(std::size_t samples, const Preprocess& preprocess)
        : pictureBytes(static_cast<std::size_t>(preprocess.pictureBytes())), places(samples) {
        for (auto& place : places) place = absent;
    }

    const std::uint8_t* at(std::uint32_t place) const {
        return file ? file.view().picture(place) : memory.get() + place * pictureBytes;
    }

    std::size_t pictureBytes;
    std::vector<std::atomic<std::uint32_t>> places;  // per sample
    std::uint32_t capacity = 0;
    std::atomic<std::uint32_t> next = 0;
    // One of the three:
    PixelCache::Elsewhere elsewhere{};
    std::unique_ptr<std::uint8_t[]> memory{};  // not initialised: pages are touched when a picture comes
    MappedCacheFile file{};
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
    CacheHeader header{.key = keyOf(index, preprocess), .pictureBytes = state->pictureBytes};
    const fs::path file = options.folder / (hexadecimal(header.key) + ".pixels");
    MappedCacheFile old = MappedCacheFile::open(file, header.key, header.pictureBytes);
    const auto places = placesIn(old);

    // The pictures that are kept: all, or as many as the limit has room for, the same ones every time.
    const std::int64_t perPicture = preprocess.pictureBytes() + std::int64_t{sizeof(std::uint64_t)};
    const auto room = static_cast<std::size_t>(
        std::max<std::int64_t>(0, options.limitBytes - std::int64_t{sizeof(CacheHeader)}) / perPicture);
    const std::size_t kept = std::min(room, index.samples.size());
    std::vector<std::uint64_t> identities(kept);
    TRY_OK(parallelFor(kept, [&](std::size_t i) { identities[i] = identityOf(index, static_cast<std::uint32_t>(i)); },
                       {options.threads, options.stop, {}}));
    const auto isKnown = [&](std::uint64_t identity) {
        return identity == missing || places.contains(identity) || places.contains(identity | unreadable);
    };
    // A file with more pictures of the past than of the present is written anew.
    const bool isComplete = old && std::ranges::all_of(identities, isKnown) && old.view().pictures() <= 2 * kept &&
                            cacheFileBytes(old.view().pictures(), preprocess) <= options.limitBytes;
    if (!isComplete) {
        header.pictures = kept;
        std::error_code code;
        fs::create_directories(options.folder, code);
        removeUnfinishedCacheFiles(options.folder);
        makeRoom(options.folder, ".pixels", file, options.limitBytes, cacheFileBytes(kept, preprocess));
        NewCacheFile fresh(file, header);
        TRY_OK(fresh.status());
        const auto work = [&](std::size_t i) {
            if (const auto found = places.find(identities[i]); found != places.end())
                return fresh.write(i, old.view().picture(found->second));
            const auto image = readPrepared(index.absolutePath(index.samples[i]), preprocess);
            if (!image) {
                identities[i] |= unreadable;
            } else if (fresh.ok()) {
                fresh.write(i, image->pixels.data());
            }
        };
        TRY_OK(parallelFor(kept, work, {options.threads, options.stop, options.progress}));
        TRY_OK(fresh.complete(identities));
        old = MappedCacheFile::open(file, header.key, header.pictureBytes);
        if (!old) return cacheWriteError(file, EIO);
    }
    std::error_code code;
    fs::last_write_time(file, fs::file_time_type::clock::now(), code);  // says when it was used
    const auto held = isComplete ? places : placesIn(old);
    for (std::size_t i = 0; i < kept; ++i) {
        const auto found = held.find(identities[i]);
        if ((identities[i] & unreadable) == 0 && identities[i] != missing && found != held.end())
            state->places[i] = static_cast<std::uint32_t>(found->second);
        else if (identities[i] == missing || held.contains(identities[i] | unreadable))
            state->places[i] = State::cantBeRead;
    }
    state->capacity = static_cast<std::uint32_t>(old.view().pictures());
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

void PixelCache::expect(std::uint32_t sample) const {
    if (m_state->file && holds(sample)) m_state->file.expect(m_state->places[sample]);
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

bool PixelCache::isUnreadable(std::uint32_t sample) const {
    return sample < m_state->places.size() && m_state->places[sample] == State::cantBeRead;
}

std::size_t PixelCache::count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        m_state->places, [&](const std::atomic<std::uint32_t>& place) { return place < m_state->capacity; }));
}

std::int64_t cacheFileBytes(std::size_t pictures, const Preprocess& preprocess) {
    return std::int64_t{sizeof(CacheHeader)} +
           static_cast<std::int64_t>(pictures) * (preprocess.pictureBytes() + std::int64_t{sizeof(std::uint64_t)});
}

fs::path pictureCacheFolder() {
    return cacheFolder() / "pictures";
}

}  // namespace lemnos
