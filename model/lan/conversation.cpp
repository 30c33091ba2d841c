#include "model/lan/conversation.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "model/param.h"

namespace lemnos {

Conversation::Conversation(Talk talk, std::function<void(const std::string& reason)> onEnd)
    : m_talk(std::move(talk)), m_peer(m_talk.peer()), m_onEnd(std::move(onEnd)) {
    int ends[2] = {-1, -1};
    // Without a pipe, what is said waits for the next sign of life.
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
        m_waken = Socket(ends[0]);
        m_wake = Socket(ends[1]);
    }
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Conversation::~Conversation() {
    m_thread.request_stop();
    (void)!::write(m_wake.number(), "", 1);
    m_thread.join();
}

void Conversation::say(FrameType type, std::vector<std::byte> payload) {
    {
        const std::scoped_lock lock(m_mutex);
        m_out.push_back({{.type = type}, std::move(payload)});
    }
    (void)!::write(m_wake.number(), "", 1);
}

Result<std::optional<Frame>> Conversation::hear(Clock::time_point until) {
    std::unique_lock lock(m_mutex);
    m_changed.wait_until(lock, until, [&] { return !m_in.empty() || m_ended; });
    if (!m_in.empty()) {
        Frame frame = std::move(m_in.front());
        m_in.pop_front();
        return std::optional(std::move(frame));
    }
    if (m_ended) return Error{*m_ended};
    return std::optional<Frame>();
}

std::optional<std::string> Conversation::end() {
    const std::scoped_lock lock(m_mutex);
    return m_ended;
}

void Conversation::leave(const std::string& reason) {
    const std::scoped_lock lock(m_mutex);
    m_lastWord = reason;
}

void Conversation::run(const std::stop_token& stop) {
    const Status status = exchange(stop);
    if (status) {
        const std::scoped_lock lock(m_mutex);
        m_talk.end(m_lastWord);
        return;
    }
    m_talk.end(status.error().message);
    {
        const std::scoped_lock lock(m_mutex);
        m_ended = status.error().message;
    }
    m_changed.notify_all();
    if (m_onEnd) m_onEnd(status.error().message);
}

Status Conversation::exchange(const std::stop_token& stop) {
    auto heard = Clock::now(), said = Clock::now() - signEvery;
    while (true) {
        std::deque<Frame> out;
        {
            const std::scoped_lock lock(m_mutex);
            out.swap(m_out);
        }
        for (const Frame& frame : out) TRY_OK(m_talk.say(frame));
        if (stop.stop_requested()) return {};
        if (Clock::now() - said >= signEvery) {
            TRY_OK(m_talk.say(FrameType::ping));
            said = Clock::now();
        }
        while (m_talk.hasMore()) {
            TRY(Frame frame, m_talk.hear());
            heard = Clock::now();
            if (frame.header.type == FrameType::ping) continue;
            const std::scoped_lock lock(m_mutex);
            constexpr std::size_t most = 64;
            if (m_in.size() >= most) return Error{LEMNOS_TEXT("The other PC says more than can be heard.")};
            m_in.push_back(std::move(frame));
            m_changed.notify_all();
        }
        if (Clock::now() - heard > silence) return Error{LEMNOS_TEXT("Nothing has been heard of it for ten seconds.")};
        pollfd waits[] = {{m_talk.descriptor(), POLLIN, 0}, {m_waken.number(), POLLIN, 0}};
        ::poll(waits, 2, static_cast<int>(std::chrono::milliseconds(signEvery).count()) / 4);
        char bytes[64];
        while (::read(m_waken.number(), bytes, sizeof bytes) > 0) {
        }
    }
}

}  // namespace lemnos
