// OwnNetworks: where this PC is in a network.
#pragma once

#include <netinet/in.h>

#include <optional>
#include <string>
#include <vector>

namespace lemnos {

/// One IPv4 address of an interface that is up. Addresses are in network byte order.
struct OwnNetwork {
    std::string interface;  ///< "eth0"
    in_addr address{};
    std::optional<in_addr> broadcast{};  ///< where there is one
    bool loopback = false;
};

/// As of now, for networks come and go; empty also where the system does not tell.
std::vector<OwnNetwork> ownNetworks();

}  // namespace lemnos
