// EventLog: gives each event its time, hands it to the listener, and writes it to the run's folder once there is one.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "model/train/event.h"
#include "model/train/run_store.h"

namespace lemnos {

/// May be called from any thread.
class EventLog {
  public:
    explicit EventLog(const EventSink& sink) : m_sink(sink) {}

    /// From now on events go to this folder too; those told before are written first. The store must outlive the log.
    void attach(RunStore& store);

    /// From now on `recorder` gets every event, too; its first error is told, and ends it.
    void record(std::function<Status(const Event&)> recorder);

    void tell(decltype(Event::what) what);
    void phase(std::string text, std::int64_t done = 0, std::int64_t total = 0) {
        tell(PhaseEvent{std::move(text), done, total});
    }
    void warn(std::string text) { tell(LogEvent{LogEvent::Level::warning, std::move(text)}); }

  private:
    void write(const Event& event);
    void tellError(const Error& error) const;

    EventSink m_sink;
    std::mutex m_mutex;
    RunStore* m_store = nullptr;
    std::vector<Event> m_before;
    bool m_failed = false;
    std::vector<std::function<Status(const Event&)>> m_recorders;
};

}  // namespace lemnos
