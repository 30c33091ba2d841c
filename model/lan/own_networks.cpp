#include "model/lan/own_networks.h"

#include <ifaddrs.h>
#include <net/if.h>

namespace lemnos {
namespace {

in_addr addressOf(const sockaddr* address) {
    return reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
}

}  // namespace

std::vector<OwnNetwork> ownNetworks() {
    std::vector<OwnNetwork> networks;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return networks;
    for (const ifaddrs* one = list; one; one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || (one->ifa_flags & IFF_UP) == 0) continue;
        OwnNetwork network{one->ifa_name, addressOf(one->ifa_addr), {}, (one->ifa_flags & IFF_LOOPBACK) != 0};
        if ((one->ifa_flags & IFF_BROADCAST) != 0 && one->ifa_broadaddr)
            network.broadcast = addressOf(one->ifa_broadaddr);
        networks.push_back(std::move(network));
    }
    ::freeifaddrs(list);
    return networks;
}

}  // namespace lemnos
