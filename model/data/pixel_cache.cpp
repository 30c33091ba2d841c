// PixelCache: one block of memory, filled first come, first served, without locks.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "model/data/batch_loader.h"

namespace lemnos {

struct PixelCache::State {
    static constexpr std::uint32_t absent = 0xffffffffu, beingWritten = 0xfffffffeu;

    std::size_t sampleBytes = 0;
    std::uint32_t capacity = 0;
    std::unique_ptr<std::uint8_t[]> pixels;          // not initialised: pages are touched when a picture comes
    std::vector<std::atomic<std::uint32_t>> places;  // per sample
    std::atomic<std::uint32_t> next = 0;

    std::uint8_t* at(std::uint32_t place) const { return pixels.get() + place * sampleBytes; }
};

PixelCache::PixelCache(const DatasetIndex& index, const Preprocess& preprocess, std::int64_t limitBytes)
    : m_state(std::make_unique<State>()) {
    State& state = *m_state;
    state.sampleBytes = static_cast<std::size_t>(preprocess.sampleBytes());
    state.places = std::vector<std::atomic<std::uint32_t>>(index.samples.size());
    for (auto& place : state.places) place = State::absent;
    const std::size_t room = static_cast<std::size_t>(std::max<std::int64_t>(0, limitBytes)) / state.sampleBytes;
    const std::size_t wanted = std::min(room, index.samples.size());
    state.pixels.reset(new (std::nothrow) std::uint8_t[wanted * state.sampleBytes]);
    state.capacity = state.pixels ? static_cast<std::uint32_t>(wanted) : 0;
}

PixelCache::~PixelCache() = default;

bool PixelCache::read(std::uint32_t sample, std::uint8_t* pixels) const {
    const std::uint32_t place = m_state->places[sample].load(std::memory_order_acquire);
    if (place >= m_state->capacity) return false;
    std::memcpy(pixels, m_state->at(place), m_state->sampleBytes);
    return true;
}

void PixelCache::offer(std::uint32_t sample, const std::uint8_t* pixels) {
    if (m_state->next.load(std::memory_order_relaxed) >= m_state->capacity) return;
    std::uint32_t expected = State::absent;
    if (!m_state->places[sample].compare_exchange_strong(expected, State::beingWritten)) return;
    const std::uint32_t place = m_state->next.fetch_add(1, std::memory_order_relaxed);
    if (place < m_state->capacity) std::memcpy(m_state->at(place), pixels, m_state->sampleBytes);
    m_state->places[sample].store(place < m_state->capacity ? place : State::absent, std::memory_order_release);
}

}  // namespace lemnos
