// OrderedQueue: several producers finish numbered things in any order, one consumer takes them in order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace lemnos {

/// Bounded: a producer that is more than `capacity` ahead of the consumer waits.
template <class T>
class OrderedQueue {
  public:
    OrderedQueue(std::int64_t first, std::int64_t end, std::int64_t capacity)
        : m_next(first), m_end(end), m_capacity(capacity) {}

    /// Waits until thing `number` would be taken at once; false after a stop request.
    bool waitForRoom(std::int64_t number, const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        return m_changed.wait(lock, stop, [&] { return number < m_next + m_capacity; });
    }

    /// Takes thing `number`, or drops it after a stop request.
    void push(std::int64_t number, T thing, const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        const auto hasRoom = [&] { return number < m_next + m_capacity; };
        if (!m_changed.wait(lock, stop, hasRoom)) return;
        m_ready.emplace(number, std::move(thing));
        m_changed.notify_all();
    }

    /// The next thing in order; nothing at the end or after a stop request.
    std::optional<T> pop(const std::stop_token& stop) {
        std::unique_lock lock(m_mutex);
        const auto canGoOn = [&] { return m_next >= m_end || m_ready.contains(m_next); };
        if (!m_changed.wait(lock, stop, canGoOn) || stop.stop_requested() || m_next >= m_end) return std::nullopt;
        auto node = m_ready.extract(m_next++);
        m_changed.notify_all();
        return std::move(node.mapped());
    }

  private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::map<std::int64_t, T> m_ready;
    std::int64_t m_next;
    std::int64_t m_end;
    std::int64_t m_capacity;
};

}  // namespace lemnos
