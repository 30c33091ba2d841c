// Discovery: PCs that share say so once a second, to everybody in the LAN. What is heard is a hint where to look, to be
// believed by nobody: who a PC is, its certificate tells.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "model/lan/tls.h"
#include "model/lan/wire.h"

namespace lemnos {

/// Says it as long as it lives. Where the network can't be spoken to, nobody hears it.
class Announcer {
  public:
    static constexpr std::chrono::seconds every{1};

    /// `host` is the address of this PC where it is reached ("0.0.0.0": all), `udpPort` is where others listen.
    Announcer(Announce announce, const std::string& host, std::uint16_t udpPort);

  private:
    std::jthread m_thread;
};

struct HeardPeer {
    Announce announce;
    std::string host;  ///< IP address that it came from

    std::string address() const;  ///< "192.168.0.7:7411"
};

/// Listens until `until`, a stop request, or `enough` says true of those that were heard so far; each device once, as
/// it was heard last. An Error when this PC can't listen.
Result<std::vector<HeardPeer>> hearPeers(std::uint16_t udpPort, std::chrono::steady_clock::time_point until,
                                         const std::function<bool(const std::vector<HeardPeer>&)>& enough = {},
                                         std::stop_token stop = {});

}  // namespace lemnos
