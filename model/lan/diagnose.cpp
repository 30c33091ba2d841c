#include "model/lan/diagnose.h"

#include <arpa/inet.h>

#include <algorithm>
#include <filesystem>

#include "model/files.h"
#include "model/lan/discovery.h"
#include "model/lan/own_networks.h"
#include "model/lan/pair_peers.h"

namespace lemnos {
namespace {

using State = LanFinding::State;

constexpr std::chrono::seconds listenFor{2};

LanFinding networks() {
    std::string addresses;
    for (const OwnNetwork& network : ownNetworks()) {
        if (network.loopback) continue;
        char text[INET_ADDRSTRLEN] = "";
        ::inet_ntop(AF_INET, &network.address, text, sizeof text);
        addresses += (addresses.empty() ? "" : ", ") + std::string(text) + " (" + network.interface + ")";
    }
    if (addresses.empty()) return {State::problem, "This PC is in no network: plug in its cable or join the Wi-Fi."};
    return {State::good, "This PC is at " + addresses + ". The others have to be in one of these networks."};
}

/// Firewalls are not asked, for that takes rights, but whether one is set up can be seen.
std::vector<LanFinding> firewalls() {
    std::vector<LanFinding> findings;
    const auto ufw = readFile("/etc/ufw/ufw.conf");
    if (ufw && ufw->find("ENABLED=yes") != std::string::npos)
        findings.push_back({State::hint,
                            "A firewall (ufw) is on. Let Lemnos through with: sudo ufw allow 7411:7427/tcp; sudo ufw "
                            "allow 7411/udp"});
    std::error_code code;
    if (std::filesystem::exists("/run/firewalld", code))
        findings.push_back({State::hint,
                            "A firewall (firewalld) is on. Let Lemnos through with: sudo firewall-cmd "
                            "--add-port=7411-7427/tcp --add-port=7411/udp"});
    return findings;
}

LanFinding ofHeard(const HeardPeer& heard, const TrustedPeers& trusted) {
    const Hello& hello = heard.announce.hello;
    const TrustedPeer* const peer = trusted.find(heard.announce.device);
    const std::string name = "'" + (peer ? peer->name : hello.name) + "' at " + heard.address();
    if (const auto common = commonVersion({.name = "this PC", .build = LEMNOS_VERSION}, hello); !common)
        return {State::problem, name + ": " + common.error().message};
    if (hello.build != LEMNOS_VERSION)
        return {State::hint, name + " has Lemnos " + hello.build + ", and this PC has " + LEMNOS_VERSION +
                                 "; with one version on both, results are the same to the last bit."};
    return {peer ? State::good : State::hint, name + (peer ? " is heard." : " is heard, but not paired with this PC.")};
}

LanFinding ofAnswer(const OwnSide& self, const TrustedPeer& peer, const std::stop_token& stop) {
    const std::string name = "'" + peer.name + "' at " + peer.address;
    const auto where = peerAddress(peer.address);
    if (!where) return {State::problem, "'" + peer.name + "': " + where.error().message};
    auto talk = Talk::with(self, where->first, where->second, stop);
    if (!talk)
        return {State::problem, name + " does not answer (" + talk.error().message +
                                    "). Is it on, does \"lemnos-cli peer serve\" run there, and is TCP port " +
                                    std::to_string(where->second) + " open?"};
    if (talk->peer() != peer.id)
        return {State::problem, "At " + peer.address + " another PC answers, not '" + peer.name + "': pair again."};
    return {State::good, name + " answers."};
}

}  // namespace

std::vector<LanFinding> diagnoseLan(const OwnSide& self, const TrustedPeers& trusted, std::stop_token stop) {
    std::vector<LanFinding> findings = {networks()};
    std::ranges::copy(firewalls(), std::back_inserter(findings));

    // Whoever does not even hear itself hears nobody.
    Announce own{{}, defaultPeerPort, {.name = self.name, .build = LEMNOS_VERSION}};
    if (const auto id = randomDigest()) own.device = *id;
    std::optional<Announcer> announcer(std::in_place, own, "0.0.0.0", defaultPeerPort);
    auto heard = hearPeers(defaultPeerPort, std::chrono::steady_clock::now() + listenFor, {}, stop);
    announcer.reset();
    if (!heard) {
        findings.push_back({State::problem, heard.error().message});
        heard = std::vector<HeardPeer>();
    } else if (std::erase_if(*heard, [&](const HeardPeer& peer) { return peer.announce.device == own.device; }) == 0) {
        findings.push_back({State::problem, "This PC does not hear its own sign of life: something keeps UDP port " +
                                                std::to_string(defaultPeerPort) + " closed."});
    } else {
        findings.push_back({State::good, "UDP port " + std::to_string(defaultPeerPort) + " is open on this PC."});
    }
    std::erase_if(*heard, [&](const HeardPeer& peer) { return peer.announce.device == self.identity.id; });
    for (const HeardPeer& peer : *heard) findings.push_back(ofHeard(peer, trusted));
    if (heard->empty())
        findings.push_back({State::hint,
                            "No other PC is heard. Some Wi-Fi networks keep their guests apart; an address by hand may "
                            "still work: \"lemnos-cli peer pair ADDRESS\"."});
    for (const TrustedPeer& peer : trusted.all()) {
        const bool isHeard =
            std::ranges::any_of(*heard, [&](const HeardPeer& other) { return other.announce.device == peer.id; });
        if (!isHeard && !peer.address.empty() && !stop.stop_requested()) findings.push_back(ofAnswer(self, peer, stop));
    }
    return findings;
}

}  // namespace lemnos
