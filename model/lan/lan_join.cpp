// How ranks find each other: each connects to all ranks before it, and takes connections from all behind it.
#include <poll.h>

#include <algorithm>
#include <list>

#include "model/lan/lan_collective.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::ptrdiff_t mostStrangers = 8;      // connections that have not said who they are
constexpr std::ptrdiff_t mostFromElsewhere = 2;  // of them from an address that is no member's
constexpr std::chrono::seconds strangerPatience{5};
constexpr std::chrono::milliseconds retryAfter{100};

/// A connection on its way to become a link.
struct Guest {
    LanLink link;
    int rank = -1;  // that this process connects to; -1: came in by itself
    Clock::time_point until;
    bool shaken = false, greeted = false, joined = false;
    std::string address{};  // of who came in by itself
};

class Joining {
  public:
    Joining(const TlsContext& context, const Listener& listener, const LanGroup& group)
        : m_context(context), m_listener(listener), m_group(group), m_links(group.members.size()) {}

    Result<std::vector<std::unique_ptr<LanLink>>> links(std::stop_token stop) {
        const auto deadline = Clock::now() + m_group.joinWithin;
        while (!complete()) {
            if (stop.stop_requested()) return Error{"Cancelled."};
            if (Clock::now() > deadline) return tooLate();
            knock();
            letIn();
            for (auto guest = m_guests.begin(); guest != m_guests.end();) {
                const Result<bool> done = progress(*guest);
                if (done && !*done && Clock::now() < guest->until) {
                    ++guest;
                    continue;
                }
                // One that is not what it should be is let go; the right one may still come.
                if (!done) m_lastProblem = done.error().message;
                guest = m_guests.erase(guest);
            }
            if (!complete()) wait();
        }
        return std::move(m_links);
    }

    /// Ranks that are not connected.
    std::vector<int> missing() const {
        std::vector<int> ranks;
        for (int rank = 0; rank < static_cast<int>(m_links.size()); ++rank)
            if (rank != m_group.rank && !m_links[static_cast<std::size_t>(rank)]) ranks.push_back(rank);
        return ranks;
    }

  private:
    bool complete() const { return missing().empty(); }

    Error tooLate() const {
        std::string names;
        for (const int rank : missing())
            names += (names.empty() ? "'" : ", '") + m_group.members[static_cast<std::size_t>(rank)].name + "'";
        return Error{"Could not reach " + names + " in time" +
                     (m_lastProblem.empty() ? "" : " (" + m_lastProblem + ")") +
                     "; check that Lemnos shares there, that both are in one network and that no firewall is between."};
    }

    /// Connects to the ranks before this one that are not there yet, again and again: they may only just begin.
    void knock() {
        const auto now = Clock::now();
        if (now < m_knockAgain) return;
        m_knockAgain = now + retryAfter;
        for (int rank = 0; rank < m_group.rank; ++rank) {
            if (m_links[static_cast<std::size_t>(rank)] ||
                std::ranges::any_of(m_guests, [&](const Guest& guest) { return guest.rank == rank; }))
                continue;
            const LanMember& member = m_group.members[static_cast<std::size_t>(rank)];
            auto socket = startConnecting(member.host, member.port);
            if (!socket) {
                m_lastProblem = socket.error().message;
                continue;
            }
            m_guests.push_back({LanLink(TlsStream(m_context, *std::move(socket), TlsStream::Side::client)), rank,
                                now + strangerPatience});
        }
    }

    void letIn() {
        const auto strangers = [&](const auto& which) {
            return std::ranges::count_if(m_guests, [&](const Guest& guest) { return guest.rank < 0 && which(guest); });
        };
        while (strangers([](const Guest&) { return true; }) < mostStrangers) {
            Socket socket = m_listener.accept();
            if (!socket) return;
            std::string address = addressOf(socket);
            const auto fromThere = strangers([&](const Guest& guest) { return guest.address == address; });
            if (fromThere >= mostFromElsewhere && !isMembers(address)) continue;
            m_guests.push_back({LanLink(TlsStream(m_context, std::move(socket), TlsStream::Side::server)), -1,
                                Clock::now() + strangerPatience});
            m_guests.back().address = std::move(address);
        }
    }

    bool isMembers(const std::string& address) const {
        return std::ranges::find(m_group.members, address, &LanMember::host) != m_group.members.end();
    }

    /// True when the guest has become a link.
    Result<bool> progress(Guest& guest) {
        if (!guest.shaken) {
            TRY(guest.shaken, guest.link.stream().handshake());
            if (!guest.shaken) return false;
            TRY_OK(recognise(guest));
            guest.link.setStage(WireStage::peer);
            guest.link.sendOwn(FrameType::hello, toBytes(ownHello()));
            if (guest.rank >= 0) guest.link.sendOwn(FrameType::join, toBytes(ownJoin()));
        }
        TRY_OK(guest.link.flush());
        while (!guest.joined) {
            TRY(const bool whole, guest.link.receive([&](const FrameHeader& header) -> Result<std::span<std::byte>> {
                return guest.link.ownSpace(header);
            }));
            if (!whole) return false;
            TRY_OK(hear(guest));
        }
        TRY(const bool flushed, guest.link.flush());
        if (!flushed) return false;
        m_links[static_cast<std::size_t>(guest.rank)] = std::make_unique<LanLink>(std::move(guest.link));
        return true;
    }

    /// Whoever is not one of the group hears nothing.
    Status recognise(Guest& guest) const {
        const DeviceId& id = guest.link.stream().peer();
        const bool known = guest.rank >= 0
                               ? m_group.members[static_cast<std::size_t>(guest.rank)].id == id
                               : std::ranges::find(m_group.members, id, &LanMember::id) != m_group.members.end();
        if (known) return {};
        return Error{"a PC that does not belong to the run was there instead"};
    }

    Status hear(Guest& guest) {
        const FrameType type = guest.link.header().type;
        const auto payload = guest.link.ownPayload();
        if (!guest.greeted) {
            if (type != FrameType::hello) return Error{"a PC did not introduce itself"};
            TRY(const Hello hello, helloFromBytes(payload));
            TRY_OK(commonVersion(ownHello(), hello));
            guest.greeted = true;
            return {};
        }
        if (guest.rank >= 0) {
            if (type != FrameType::joined) return Error{"a PC did not answer the request to join"};
            guest.joined = true;
            return {};
        }
        if (type != FrameType::join) return Error{"a PC did not ask to join"};
        TRY(const Join join, joinFromBytes(payload));
        const bool fits = equalSecrets(join.group, m_group.secret) && join.size == m_group.members.size() &&
                          static_cast<int>(join.rank) > m_group.rank && !m_links[join.rank] &&
                          m_group.members[join.rank].id == guest.link.stream().peer();
        if (!fits) return Error{"a PC wanted to join another run"};
        guest.rank = join.rank;
        guest.joined = true;
        guest.link.sendOwn(FrameType::joined, {});
        return {};
    }

    void wait() {
        std::vector<pollfd> waits{{m_listener.descriptor(), POLLIN, 0}};
        for (Guest& guest : m_guests) {
            const short out = guest.shaken && !guest.link.flushed() ? POLLOUT : 0;
            const short in = guest.shaken ? POLLIN : guest.link.stream().awaited();
            waits.push_back({guest.link.stream().descriptor(), static_cast<short>(in | out), 0});
        }
        ::poll(waits.data(), waits.size(), static_cast<int>(retryAfter.count()));
    }

    Hello ownHello() const {
        return {.name = m_group.members[static_cast<std::size_t>(m_group.rank)].name, .build = LEMNOS_VERSION};
    }
    Join ownJoin() const {
        return {m_group.secret, static_cast<std::uint16_t>(m_group.rank),
                static_cast<std::uint16_t>(m_group.members.size())};
    }

    const TlsContext& m_context;
    const Listener& m_listener;
    const LanGroup& m_group;
    std::vector<std::unique_ptr<LanLink>> m_links;
    std::list<Guest> m_guests{};
    Clock::time_point m_knockAgain{};
    std::string m_lastProblem{};
};

}  // namespace

Result<std::unique_ptr<LanCollective>> LanCollective::join(const TlsContext& context, const Listener& listener,
                                                           const LanGroup& group, std::stop_token stop,
                                                           std::vector<int>* missing) {
    assert(group.rank >= 0 && static_cast<std::size_t>(group.rank) < group.members.size());
    Joining joining(context, listener, group);
    auto links = joining.links(stop);
    if (!links && missing) *missing = joining.missing();
    if (!links) return links.error();
    return std::unique_ptr<LanCollective>(new LanCollective(group, *std::move(links)));
}

}  // namespace lemnos
