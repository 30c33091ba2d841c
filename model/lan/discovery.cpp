#include "model/lan/discovery.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <system_error>

#include "model/lan/own_networks.h"
#include "model/param.h"
#include "model/pause.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

constexpr const char* multicastGroup = "239.255.74.11";  // RFC 2365: within an organisation
constexpr std::chrono::milliseconds glance{100};
constexpr std::size_t mostHeard = 256;

Socket udpSocket() {
    Socket socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int yes = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
    return socket;
}

/// Everywhere that everybody can be reached: the broadcast address of each network, and the multicast group.
std::set<in_addr_t> everybody() {
    std::set<in_addr_t> addresses = {::inet_addr(multicastGroup), ::inet_addr("127.255.255.255")};
    for (const OwnNetwork& network : ownNetworks())
        if (network.broadcast) addresses.insert(network.broadcast->s_addr);
    return addresses;
}

}  // namespace

Announcer::Announcer(Announce announce, const std::string& host, std::uint16_t udpPort)
    : m_thread([announce = std::move(announce), host, udpPort](const std::stop_token& stop) {
          const Socket socket = udpSocket();
          // Others take where it comes from for where this PC is.
          sockaddr_in own{};
          own.sin_family = AF_INET;
          if (::inet_pton(AF_INET, host.c_str(), &own.sin_addr) == 1)
              ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&own), sizeof own);
          const auto bytes = toBytes(announce);
          while (!stop.stop_requested()) {
              // Networks come and go.
              for (const in_addr_t address : everybody()) {
                  sockaddr_in to{};
                  to.sin_family = AF_INET;
                  to.sin_port = htons(udpPort);
                  to.sin_addr.s_addr = address;
                  ::sendto(socket.number(), bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                           sizeof to);
              }
              pauseFor(every, stop);
          }
      }) {}

std::string HeardPeer::address() const {
    return host + ":" + std::to_string(announce.port);
}

Result<std::vector<HeardPeer>> hearPeers(std::uint16_t udpPort, std::chrono::steady_clock::time_point until,
                                         const std::function<bool(const std::vector<HeardPeer>&)>& enough,
                                         std::stop_token stop) {
    const Socket socket = udpSocket();
    const int yes = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(udpPort);
    own.sin_addr.s_addr = INADDR_ANY;
    if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
        return phrasedError(
            {LEMNOS_TEXT("Can't listen for other PCs at UDP port %1: %2."),
             {Phrase::name(std::to_string(udpPort)), Phrase::name(std::generic_category().message(errno))}});
    ip_mreq group{};
    group.imr_multiaddr.s_addr = ::inet_addr(multicastGroup);
    ::setsockopt(socket.number(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);

    std::vector<HeardPeer> heard;
    while (std::chrono::steady_clock::now() < until && !stop.stop_requested() && !(enough && enough(heard))) {
        pollfd one{socket.number(), POLLIN, 0};
        if (::poll(&one, 1, static_cast<int>(glance.count())) <= 0) continue;
        std::array<std::byte, announceBytes + 1> bytes{};
        sockaddr_in from{};
        socklen_t size = sizeof from;
        const ssize_t count =
            ::recvfrom(socket.number(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (count <= 0) continue;
        const auto announce = announceFromBytes(std::span(bytes).first(static_cast<std::size_t>(count)));
        if (!announce) continue;
        char host[INET_ADDRSTRLEN] = "";
        ::inet_ntop(AF_INET, &from.sin_addr, host, sizeof host);
        const auto known =
            std::ranges::find(heard, announce->device, [](const HeardPeer& p) { return p.announce.device; });
        if (known != heard.end())
            *known = {*announce, host};
        else if (heard.size() < mostHeard)
            heard.push_back({*announce, host});
    }
    return heard;
}

}  // namespace lemnos
