// Conversation: a Talk that goes on in a thread of its own, with a sign of life every second from both sides.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "model/lan/talk.h"

namespace lemnos {

/// A PC that hangs, sleeps or is cut off is as good as gone: after ten seconds without a sign of life it is over.
class Conversation {
  public:
    using Clock = Talk::Clock;
    static constexpr std::chrono::seconds signEvery{1}, silence{10};

    /// `talk` is open. `onEnd` is called once when the conversation ends by itself, from its thread.
    explicit Conversation(Talk talk, std::function<void(const std::string& reason)> onEnd = {});
    /// Says why it ends, if it goes on: by leave(), or in general terms.
    ~Conversation();

    const DeviceId& peer() const { return m_peer; }
    void say(FrameType type, std::vector<std::byte> payload = {});
    /// The next message; nothing when none has come by then. An Error, which is told behind all messages, when it is
    /// over.
    Result<std::optional<Frame>> hear(Clock::time_point until);
    bool isOver() { return end().has_value(); }
    /// Why it is over; nothing while it goes on.
    std::optional<std::string> end();
    /// What the other side hears at the end.
    void leave(const std::string& reason);

  private:
    void run(const std::stop_token& stop);
    Status exchange(const std::stop_token& stop);

    Talk m_talk;
    DeviceId m_peer;
    std::function<void(const std::string&)> m_onEnd;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Frame> m_in, m_out;                 // under the mutex
    std::optional<std::string> m_ended;            // under the mutex
    std::string m_lastWord = "The work is over.";  // under the mutex
    Socket m_wake, m_waken;                        // a pipe: something is to be said
    std::jthread m_thread;                         // last: it uses all of the above
};

}  // namespace lemnos
