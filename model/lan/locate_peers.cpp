#include "model/lan/locate_peers.h"

#include <algorithm>

#include "model/lan/pair_peers.h"
#include "model/param.h"

namespace lemnos {
namespace {

constexpr std::chrono::seconds listenFor{2};

/// Whether it answers at its address, for networks where nobody is heard.
bool answers(const OwnSide& self, const TrustedPeer& peer, const std::stop_token& stop) {
    if (peer.address.empty()) return false;
    const auto where = peerAddress(peer.address);
    if (!where) return false;
    auto talk = Talk::with(self, where->first, where->second, stop);
    return talk && talk->peer() == peer.id;
}

}  // namespace

Result<std::vector<LocatedPeer>> locatePeers(const OwnSide& self, const TrustedPeers& trusted,
                                             const std::vector<std::string>& names, std::stop_token stop) {
    const bool all = names.size() == 1 && names[0] == "all";
    std::vector<LocatedPeer> located;
    for (const TrustedPeer& peer : all ? trusted.all() : std::vector<TrustedPeer>()) located.push_back({peer});
    for (const std::string& name : all ? std::vector<std::string>() : names) {
        TRY(const TrustedPeer peer, trusted.find(name));
        const auto twice = std::ranges::find(located, peer.id, [](const LocatedPeer& p) { return p.peer.id; });
        if (twice == located.end()) located.push_back({peer});
    }
    const auto isHeard = [](const LocatedPeer& peer, const std::vector<HeardPeer>& heard) {
        return std::ranges::find(heard, peer.peer.id, [](const HeardPeer& p) { return p.announce.device; });
    };
    const auto enough = [&](const std::vector<HeardPeer>& heard) {
        return std::ranges::all_of(located,
                                   [&](const LocatedPeer& peer) { return isHeard(peer, heard) != heard.end(); });
    };
    // A PC that can't listen still knows addresses.
    const auto heard = hearPeers(defaultPeerPort, std::chrono::steady_clock::now() + listenFor, enough, stop);
    for (LocatedPeer& peer : located) {
        if (!heard) break;
        const auto found = isHeard(peer, *heard);
        if (found == heard->end()) continue;
        peer.peer.address = found->address();
        peer.heard = true;
    }
    if (!all) return located;
    std::erase_if(located, [&](const LocatedPeer& peer) { return !peer.heard && !answers(self, peer.peer, stop); });
    if (located.empty())
        return Error{
            trusted.all().empty()
                ? LEMNOS_TEXT("This PC trusts no other one yet; pair them first (\"lemnos-cli peer pair\").")
                : LEMNOS_TEXT("None of the PCs that this one trusts shares now; start \"lemnos-cli peer serve\" "
                              "there."),
            "peers"};
    return located;
}

}  // namespace lemnos
