// lemnos-cli peer: which other PCs this one trusts.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/interruption.h"
#include "app/cli/output.h"
#include "app/cli/own_side.h"
#include "app/cli/peer_sharing.h"
#include "app/cli/run_argument.h"
#include "app/cli/training_options.h"
#include "model/files.h"
#include "model/lan/diagnose.h"
#include "model/lan/discovery.h"
#include "model/lan/pair_peers.h"
#include "model/lan/sharing_settings.h"
#include "model/phrase_json.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos::commands {

namespace {

struct PeerOptions {
    std::string address, listen = "0.0.0.0", name, id, at;
    int port = defaultPeerPort;
    bool json = false, events = false;
};

nlohmann::json toJson(const TrustedPeer& peer) {
    return {{"id", hexOf(peer.id)}, {"name", peer.name}, {"address", peer.address}};
}

std::optional<std::string> answer() {
    std::string line;
    std::cout.flush();
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
}

Status showId(const PeerOptions& options) {
    TRY(const Identity identity, Identity::ofThisPc(settingsFolder()));
    if (options.json)
        printJson({{"id", hexOf(identity.id)}, {"name", nameOfThisPc()}});
    else
        printLine(nameOfThisPc() + "  " + hexOf(identity.id));
    return {};
}

Status list(const PeerOptions& options) {
    TRY(const TrustedPeers peers, TrustedPeers::load(settingsFolder()));
    nlohmann::json all = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {{"name", "address", "id"}};
    for (const TrustedPeer& peer : peers.all()) {
        all.push_back(toJson(peer));
        rows.push_back({peer.name, peer.address.empty() ? "-" : peer.address, hexOf(peer.id).substr(0, 16)});
    }
    if (options.json)
        printJson(all);
    else if (peers.all().empty())
        printLine("This PC trusts no other one yet; see \"lemnos-cli peer pair --help\".");
    else
        printTable(rows);
    return {};
}

/// How a person is asked: in sentences, or by a program that asks for it (--events).
PairingDialog dialogOf(bool events) {
    if (events)
        return {.showCode =
                    [](const std::string& peer, const std::string& code) {
                        printJson({{"event", "code"}, {"peer", peer}, {"code", code}});
                    },
                .hasAccepted =
                    [](const std::string& peer) {
                        printJson({{"event", "confirm"}, {"peer", peer}});
                        return answer() == "yes";
                    },
                .askForCode =
                    [](const std::string& peer) {
                        printJson({{"event", "ask"}, {"peer", peer}});
                        return answer();
                    }};
    return {.showCode =
                [](const std::string& peer, const std::string& code) {
                    printLine("Type this code at '" + peer + "': " + code.substr(0, 3) + " " + code.substr(3));
                },
            .hasAccepted =
                [](const std::string& peer) {
                    printLine("Does '" + peer + "' say that it is paired with this PC? Type yes or no:");
                    return answer() == "yes";
                },
            .askForCode =
                [](const std::string& peer) {
                    printLine("Type the code that '" + peer + "' shows:");
                    return answer();
                }};
}

Result<TrustedPeer> paired(const PeerOptions& options) {
    TRY(const auto own, OwnIdentity::load());
    const OwnSide& self = own->side();
    const PairingDialog dialog = dialogOf(options.events);
    if (!options.address.empty()) {
        TRY(const auto where, peerAddress(options.address));
        return pairAsStarter(self, where.first, where.second, dialog);
    }
    // The usual port is taken where this PC shares.
    TRY(const Listener listener, Listener::openFirst(options.listen, static_cast<std::uint16_t>(options.port)));
    Announce announce{self.identity.id, listener.port(), {}};
    announce.hello = {.features = waitsToBePaired, .name = self.name, .build = LEMNOS_VERSION};
    const Announcer announcer(announce, options.listen, defaultPeerPort);
    if (options.events) {
        printJson({{"event", "waiting"}, {"port", listener.port()}});
    } else {
        printLine("Waiting two minutes for another PC. Type there, with an address of this PC:");
        printLine("  lemnos-cli peer pair ADDRESS:" + std::to_string(listener.port()));
    }
    return pairAsHost(self, listener, dialog);
}

Status pair(const PeerOptions& options) {
    TRY(TrustedPeers peers, TrustedPeers::load(settingsFolder()));
    Result<TrustedPeer> found = paired(options);
    // Beside the sentence on standard error, for programs that translate it.
    if (!found && options.events) {
        nlohmann::json event = sentenceToJson(phraseOf(found.error().message));
        event["event"] = "failed";
        printJson(event);
    }
    TRY(TrustedPeer peer, std::move(found));
    if (!options.name.empty()) peer.name = options.name;
    TRY_OK(peers.trust(peer));
    const std::string name = peers.find(peer.id)->name;
    if (options.events)
        printJson({{"event", "paired"}, {"peer", name}});
    else
        printLine("Paired with '" + name + "'.");
    return {};
}

/// What has to be right for PCs to see each other.
Status diagnose(const PeerOptions& options) {
    TRY(const auto own, OwnIdentity::load());
    TRY(const TrustedPeers peers, TrustedPeers::load(settingsFolder()));
    const Interruption interruption;
    nlohmann::json all = nlohmann::json::array();
    for (const LanFinding& finding : diagnoseLan(own->side(), peers, interruption.token())) {
        const bool good = finding.state == LanFinding::State::good, hint = finding.state == LanFinding::State::hint;
        const std::string text = worded(finding.text);
        all.push_back({{"state", good   ? "good"
                                 : hint ? "hint"
                                        : "problem"},
                       {"text", text},
                       {"phrase", toJson(finding.text)}});
        if (!options.json) printLine((good ? "ok       " : hint ? "hint     " : "problem  ") + text);
    }
    if (options.json) printJson(all);
    return {};
}

Status trust(const PeerOptions& options) {
    const auto id = digestFromHex(options.id);
    if (!id)
        return Error{"The id has to be the 64 hexadecimal digits that \"lemnos-cli peer id\" prints on the other PC."};
    if (!options.at.empty()) TRY_OK(peerAddress(options.at));
    TRY(TrustedPeers peers, TrustedPeers::load(settingsFolder()));
    return peers.trust({*id, options.name, options.at});
}

Status forget(const PeerOptions& options) {
    TRY(TrustedPeers peers, TrustedPeers::load(settingsFolder()));
    TRY(const TrustedPeer peer, peers.find(options.name));
    return peers.forget(peer.id);
}

/// Trusted PCs and others that share, as they are heard in two seconds.
Status find(const PeerOptions& options) {
    TRY(const TrustedPeers peers, TrustedPeers::load(settingsFolder()));
    const Interruption interruption;
    TRY(const auto heard, hearPeers(defaultPeerPort, std::chrono::steady_clock::now() + std::chrono::seconds(2), {},
                                    interruption.token()));
    nlohmann::json all = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows = {{"name", "address", "trusted", "version", "id"}};
    TRY(const auto own, OwnIdentity::load());
    for (const HeardPeer& peer : heard) {
        const Announce& announce = peer.announce;
        if (announce.device == own->side().identity.id) continue;
        const bool pairing = (announce.hello.features & waitsToBePaired) != 0;
        const TrustedPeer* const trusted = peers.find(announce.device);
        const std::string name = trusted ? trusted->name : announce.hello.name;
        all.push_back({{"id", hexOf(announce.device)},
                       {"name", name},
                       {"address", peer.address()},
                       {"trusted", trusted != nullptr},
                       {"pairing", pairing},
                       {"version", announce.hello.build}});
        rows.push_back({name, peer.address(),
                        pairing   ? "waits to be paired"
                        : trusted ? "yes"
                                  : "no",
                        announce.hello.build, hexOf(announce.device).substr(0, 16)});
    }
    if (options.json)
        printJson(all);
    else if (all.empty())
        printLine(
            "No PC that shares was heard. Start \"lemnos-cli peer serve\" there; both PCs have to be in one network, "
            "and no firewall may keep UDP port 7411 closed. An address by hand works too: \"peer pair ADDRESS\".");
    else
        printTable(rows);
    return {};
}

void addSharing(CLI::App& command) {
    const auto options = std::make_shared<SharingOptions>();
    options->port = defaultPeerPort;
    const auto leader = std::make_shared<std::string>();
    const auto part = [&](const char* name, const char* help) {
        CLI::App* sub = command.add_subcommand(name, help);
        sub->add_option("--listen", options->listen, "Address of this PC to be reached at [0.0.0.0, all]")
            ->type_name("IP");
        sub->add_option("--port", options->port, "Port; the next ones are used too, two for each run [7411]")
            ->check(CLI::Range(0, 65000));
        for (const Param& param : sharingParams()) addParamOption(*sub, param, options->typed, "Options");
        sub->get_option("--device")->join(',');
        return sub;
    };
    CLI::App* serving = part("serve", "Share this PC: help the PCs that it trusts with their runs");
    serving->add_flag("--events", options->events, "Print what happens as lines of JSON");
    serving->callback([options] {
        const Interruption interruption;
        finish(sharePc(*options, interruption.token()));
    });
    serving->footer(
        "Nothing is shared unless this runs. Ctrl-C ends it, and with it what it does for others; their runs go on\n"
        "without this PC. What is not said here is as it was set on the Machines page of the window.");
    CLI::App* working = part("work", "")->group("");  // what serve starts
    working->add_option("--leader", *leader)->required();
    working->callback([options, leader] {
        const Interruption interruption;
        // Whoever has started this hears of problems by its output.
        (void)helpPeer(*options, *leader, interruption.token(), [&] { return interruption.reason(); });
    });
}

void add(CLI::App& app) {
    CLI::App* command = app.add_subcommand("peer", "Share this PC, and say which other PCs it trusts");
    command->require_subcommand(1);
    const auto options = std::make_shared<PeerOptions>();
    const auto part = [&](const char* name, const char* help, Status (*run)(const PeerOptions&)) {
        CLI::App* sub = command->add_subcommand(name, help);
        sub->callback([options, run] { finish(run(*options)); });
        return sub;
    };
    addJsonFlag(*part("id", "Show the id of this PC", showId), options->json);
    addJsonFlag(*part("list", "List the PCs that this one trusts", list), options->json);
    addJsonFlag(*part("find", "List the PCs in the network that share", find), options->json);
    addJsonFlag(*part("diagnose", "Say why other PCs can't be seen", diagnose), options->json);
    addSharing(*command);

    CLI::App* pairing = part("pair", "Pair two PCs: without ADDRESS on the first, with it on the second", pair);
    pairing->add_option("ADDRESS", options->address, "Where the first one waits: 192.168.0.7 or 192.168.0.7:7411");
    pairing->add_option("--name", options->name, "What to call the other PC [what it calls itself]");
    pairing->add_option("--listen", options->listen, "Address of this PC to wait at [0.0.0.0, all]")->type_name("IP");
    pairing->add_option("--port", options->port, "Port to wait at; 0 takes a free one [7411]")
        ->check(CLI::Range(0, 65535));
    pairing->add_flag("--events", options->events, "Ask and tell in lines of JSON, for programs");
    pairing->footer(
        "The first PC shows six digits, which are typed into the second; then the first asks whether the second has\n"
        "accepted them. Nobody can stand between two PCs that were paired like this.");

    CLI::App* trusting = part("trust", "Trust a PC by its id, without pairing", trust);
    trusting->add_option("ID", options->id, "What \"lemnos-cli peer id\" prints on that PC")->required();
    trusting->add_option("NAME", options->name, "What to call it")->required();
    trusting->add_option("--address", options->at, "Where it usually is");

    CLI::App* forgetting = part("forget", "No longer trust a PC", forget);
    forgetting->add_option("NAME", options->name, "Its name, or the beginning of its id")->required();
    command->footer(
        "Examples:\n  lemnos-cli peer pair                  # on one PC\n  lemnos-cli peer pair 192.168.0.7      # on "
        "the "
        "other\n  lemnos-cli peer list");
}

}  // namespace

extern const Command peer{.order = 130, .add = add};

}  // namespace lemnos::commands
