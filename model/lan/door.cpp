#include "model/lan/door.h"

#include <poll.h>

#include <algorithm>

#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

constexpr double knocksPerSecond = 20, knocksAtOnce = 60;
constexpr std::size_t mostAddresses = 1000;
constexpr std::chrono::milliseconds glance{100};

}  // namespace

Door::Door(const OwnSide& self, const Listener& listener, Allowed allowed, Host host)
    : m_self(self), m_listener(listener), m_allowed(std::move(allowed)), m_host(std::move(host)) {
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Door::~Door() {
    m_thread.request_stop();
    m_thread.join();
    m_closed.request_stop();
    m_visits.clear();
}

void Door::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        m_visits.remove_if([](const Visit& visit) { return visit.over.load(); });
        const auto strangers = std::ranges::count_if(m_visits, [](const Visit& visit) { return !visit.known; });
        const bool full = static_cast<std::size_t>(strangers) >= mostAtOnce;
        // A full house lets the others wait outside, where they cost nothing.
        pollfd door{m_listener.descriptor(), static_cast<short>(full ? 0 : POLLIN), 0};
        if (::poll(&door, 1, static_cast<int>(glance.count())) <= 0) continue;
        Socket socket = m_listener.accept();
        if (!socket || !mayKnock(addressOf(socket))) continue;
        Visit& visit = m_visits.emplace_back();
        visit.thread = std::jthread([this, &visit, given = std::move(socket)]() mutable {
            receive(std::move(given), visit);
            visit.over = true;
        });
    }
}

bool Door::mayKnock(const std::string& address) {
    const auto now = Talk::Clock::now();
    if (m_buckets.size() > mostAddresses) m_buckets.clear();
    const auto [found, isNew] = m_buckets.try_emplace(address, Bucket{knocksAtOnce, now});
    Bucket& bucket = found->second;
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.tokens = std::min(knocksAtOnce, bucket.tokens + seconds * knocksPerSecond);
    bucket.filled = now;
    if (bucket.tokens < 1) return false;
    --bucket.tokens;
    return true;
}

void Door::receive(Socket socket, Visit& visit) {
    Talk talk(m_self, std::move(socket), TlsStream::Side::server, m_closed.get_token());
    if (!talk.open()) return;
    if (!m_allowed(talk.peer()))
        return talk.end(phrasedError({LEMNOS_TEXT("This PC is not paired with '%1'; pair them first."),
                                      {Phrase::name(m_self.name)}})
                            .message);
    talk.setStage(WireStage::peer);
    auto first = talk.hear();
    if (!first) return;
    visit.known = true;
    m_host({std::move(talk), *std::move(first)});
}

}  // namespace lemnos
