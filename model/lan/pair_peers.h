// Pairing over a connection: what Pairing says, between two PCs and the person before them.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "compute/result.h"
#include "model/lan/identity.h"
#include "model/lan/pairing.h"
#include "model/lan/talk.h"

namespace lemnos {

constexpr std::uint16_t defaultPeerPort = 7411;

/// How the person takes part. `peer` is what the other PC calls itself.
struct PairingDialog {
    std::function<void(const std::string& peer, const std::string& code)> showCode;  ///< host
    std::function<bool(const std::string& peer)> hasAccepted;                        ///< host
    std::function<std::optional<std::string>(const std::string& peer)> askForCode;   ///< starter
};

/// Blocks until another PC has paired, or the window of Pairing has closed, which is an Error.
Result<TrustedPeer> pairAsHost(const OwnSide& self, const Listener& listener, const PairingDialog& dialog,
                               std::stop_token stop = {});

/// Blocks; the other PC waits in pairAsHost(). `host` is an IP address.
Result<TrustedPeer> pairAsStarter(const OwnSide& self, const std::string& host, std::uint16_t port,
                                  const PairingDialog& dialog, std::stop_token stop = {});

/// "192.168.0.7", "192.168.0.7:7411", "[fe80::1]:7411": address and port.
Result<std::pair<std::string, std::uint16_t>> peerAddress(const std::string& text);

}  // namespace lemnos
