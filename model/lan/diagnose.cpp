#include "model/lan/diagnose.h"

#include <arpa/inet.h>

#include <algorithm>
#include <filesystem>

#include "model/files.h"
#include "model/lan/discovery.h"
#include "model/lan/own_networks.h"
#include "model/lan/pair_peers.h"
#include "model/param.h"
#include "model/phrased_error.h"

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
    if (addresses.empty())
        return {State::problem, {LEMNOS_TEXT("This PC is in no network: plug in its cable or join the Wi-Fi.")}};
    return {
        State::good,
        {LEMNOS_TEXT("This PC is at %1. The others have to be in one of these networks."), {Phrase::name(addresses)}}};
}

/// Firewalls are not asked, for that takes rights, but whether one is set up can be seen.
std::vector<LanFinding> firewalls() {
    std::vector<LanFinding> findings;
    const auto ufw = readFile("/etc/ufw/ufw.conf");
    if (ufw && ufw->find("ENABLED=yes") != std::string::npos)
        findings.push_back({State::hint,
                            {LEMNOS_TEXT("A firewall (ufw) is on. Let Lemnos through with: sudo ufw allow "
                                         "7411:7427/tcp; sudo ufw allow 7411/udp")}});
    std::error_code code;
    if (std::filesystem::exists("/run/firewalld", code))
        findings.push_back({State::hint,
                            {LEMNOS_TEXT("A firewall (firewalld) is on. Let Lemnos through with: sudo firewall-cmd "
                                         "--add-port=7411-7427/tcp --add-port=7411/udp")}});
    return findings;
}

LanFinding ofHeard(const HeardPeer& heard, const TrustedPeers& trusted) {
    const Hello& hello = heard.announce.hello;
    const TrustedPeer* const peer = trusted.find(heard.announce.device);
    const Phrase name = Phrase::name(peer ? peer->name : hello.name), address = Phrase::name(heard.address());
    if (const auto common = commonVersion({.name = "this PC", .build = LEMNOS_VERSION}, hello); !common)
        return {State::problem, {LEMNOS_TEXT("'%1' at %2: %3"), {name, address, phraseOf(common.error().message)}}};
    if (hello.build != LEMNOS_VERSION)
        return {State::hint,
                {LEMNOS_TEXT("'%1' at %2 has Lemnos %3, and this PC has %4; with one version on both, results are the "
                             "same to the last bit."),
                 {name, address, Phrase::name(hello.build), Phrase::name(LEMNOS_VERSION)}}};
    return {
        peer ? State::good : State::hint,
        {peer ? LEMNOS_TEXT("'%1' at %2 is heard.") : LEMNOS_TEXT("'%1' at %2 is heard, but not paired with this PC."),
         {name, address}}};
}

LanFinding ofAnswer(const OwnSide& self, const TrustedPeer& peer, const std::stop_token& stop) {
    const Phrase name = Phrase::name(peer.name), address = Phrase::name(peer.address);
    const auto where = peerAddress(peer.address);
    if (!where) return {State::problem, {LEMNOS_TEXT("'%1': %2"), {name, phraseOf(where.error().message)}}};
    auto talk = Talk::with(self, where->first, where->second, stop);
    if (!talk)
        return {State::problem,
                {LEMNOS_TEXT("'%1' at %2 does not answer (%3). Is it on, does \"lemnos-cli peer serve\" run there, and "
                             "is TCP port %4 open?"),
                 {name, address, phraseOf(talk.error().message), Phrase::name(std::to_string(where->second))}}};
    if (talk->peer() != peer.id)
        return {State::problem, {LEMNOS_TEXT("At %1 another PC answers, not '%2': pair again."), {address, name}}};
    return {State::good, {LEMNOS_TEXT("'%1' at %2 answers."), {name, address}}};
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
    const Phrase port = Phrase::name(std::to_string(defaultPeerPort));
    if (!heard) {
        findings.push_back({State::problem, phraseOf(heard.error().message)});
        heard = std::vector<HeardPeer>();
    } else if (std::erase_if(*heard, [&](const HeardPeer& peer) { return peer.announce.device == own.device; }) == 0) {
        findings.push_back(
            {State::problem,
             {LEMNOS_TEXT("This PC does not hear its own sign of life: something keeps UDP port %1 closed."), {port}}});
    } else {
        findings.push_back({State::good, {LEMNOS_TEXT("UDP port %1 is open on this PC."), {port}}});
    }
    std::erase_if(*heard, [&](const HeardPeer& peer) { return peer.announce.device == self.identity.id; });
    for (const HeardPeer& peer : *heard) findings.push_back(ofHeard(peer, trusted));
    if (heard->empty())
        findings.push_back(
            {State::hint,
             {LEMNOS_TEXT("No other PC is heard. Some Wi-Fi networks keep their guests apart; an address "
                          "by hand may still work: \"lemnos-cli peer pair ADDRESS\".")}});
    for (const TrustedPeer& peer : trusted.all()) {
        const bool isHeard =
            std::ranges::any_of(*heard, [&](const HeardPeer& other) { return other.announce.device == peer.id; });
        if (!isHeard && !peer.address.empty() && !stop.stop_requested()) findings.push_back(ofAnswer(self, peer, stop));
    }
    return findings;
}

}  // namespace lemnos
