#include "model/train/event_log.h"

#include <chrono>

namespace lemnos {
namespace {

double secondsSince1970() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

void EventLog::attach(RunStore& store) {
    const std::lock_guard lock(m_mutex);
    m_store = &store;
    for (const Event& event : m_before) write(event);
    m_before.clear();
}

void EventLog::tell(decltype(Event::what) what) {
    const std::lock_guard lock(m_mutex);
    const Event event{secondsSince1970(), std::move(what)};
    // How far a scan was is of no interest later.
    const bool kept = !std::holds_alternative<PhaseEvent>(event.what);
    if (kept && m_store) write(event);
    if (kept && !m_store) m_before.push_back(event);
    std::erase_if(m_recorders, [&](const auto& recorder) {
        const Status recorded = recorder(event);
        if (!recorded) tellError(recorded.error());
        return !recorded;
    });
    if (m_sink) m_sink(event);
}

// A full disk must not end a run that may still save its weights; it is told once.
void EventLog::write(const Event& event) {
    if (m_failed) return;
    if (const Status status = m_store->append(event); !status) {
        m_failed = true;
        tellError(status.error());
    }
}

void EventLog::record(std::function<Status(const Event&)> recorder) {
    const std::lock_guard lock(m_mutex);
    m_recorders.push_back(std::move(recorder));
}

void EventLog::tellError(const Error& error) const {
    if (m_sink) m_sink({secondsSince1970(), LogEvent{LogEvent::Level::error, error.message}});
}

}  // namespace lemnos
