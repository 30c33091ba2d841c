#include "model/lan/door.h"

#include <poll.h>

#include <algorithm>

#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

constexpr double knocksPerSecond = 20, knocksAtOnce = 60;
constexpr double strangersPerSecond = 40, strangersAtOnce = 120;
constexpr std::size_t mostAddresses = 1000;
constexpr std::chrono::milliseconds glance{100};

}  // namespace

Door::Door(const OwnSide& self, const Listener& listener, Allowed allowed, Host host)
    : m_self(self),
      m_listener(listener),
      m_allowed(std::move(allowed)),
      m_host(std::move(host)),
      m_strangers{strangersAtOnce} {
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
        pollfd door{m_listener.descriptor(), POLLIN, 0};
        if (::poll(&door, 1, static_cast<int>(glance.count())) <= 0) continue;
        Socket socket = m_listener.accept();
        if (!socket) continue;
        std::string address = addressOf(socket);
        const bool fromFriend = isFriend(address);
        if (!mayKnock(address, fromFriend)) continue;
        Visit& visit = m_visits.emplace_back();
        visit.address = std::move(address);
        visit.fromFriend = fromFriend;
        visit.thread = std::jthread([this, &visit, given = std::move(socket)]() mutable {
            receive(std::move(given), visit);
            visit.over = true;
        });
    }
}

bool Door::Bucket::take(double perSecond, double most) {
    const auto now = Talk::Clock::now();
    tokens = std::min(most, tokens + std::chrono::duration<double>(now - filled).count() * perSecond);
    filled = now;
    if (tokens < 1) return false;
    --tokens;
    return true;
}

bool Door::mayKnock(const std::string& address, bool isFriend) {
    const auto undecided = [&](const auto& which) {
        return std::ranges::count_if(m_visits, [&](const Visit& visit) { return !visit.known && which(visit); });
    };
    if (undecided([&](const Visit& visit) { return visit.address == address; }) >= mostOfAnAddress) return false;
    if (!isFriend && undecided([](const Visit& visit) { return !visit.fromFriend; }) >= mostAtOnce) return false;
    if (m_buckets.size() > mostAddresses) m_buckets.clear();
    return m_buckets.try_emplace(address, Bucket{knocksAtOnce}).first->second.take(knocksPerSecond, knocksAtOnce) &&
           (isFriend || m_strangers.take(strangersPerSecond, strangersAtOnce));
}

bool Door::isFriend(const std::string& address) {
    const std::scoped_lock lock(m_mutex);
    return m_friends.contains(address);
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
    {
        const std::scoped_lock lock(m_mutex);
        if (m_friends.size() < mostAddresses) m_friends.insert(visit.address);
    }
    m_host({std::move(talk), *std::move(first)});
}

}  // namespace lemnos
