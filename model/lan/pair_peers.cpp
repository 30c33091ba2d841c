#include "model/lan/pair_peers.h"

#include <poll.h>

#include <charconv>

#include "model/lan/talk.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

using Clock = PairingWindow::Clock;

constexpr std::chrono::milliseconds glance{100};  // how often a stop request is looked for

/// With one PC that has connected; `begun` becomes true when it has begun to pair.
Result<TrustedPeer> hostOne(const OwnSide& self, Talk& talk, const PairingDialog& dialog, Clock::time_point until,
                            bool& begun) {
    TRY_OK(talk.open());
    TRY(const Digest nonce, randomDigest());
    Pairing pairing(Pairing::Role::host, self.identity.id, talk.peer(), nonce);
    while (pairing.state() != Pairing::State::confirming) {
        const bool showing = pairing.state() == Pairing::State::showing;
        TRY(const Frame frame, talk.hear(showing ? until : Clock::now() + Talk::machinePatience));
        begun = true;
        TRY(const auto answer, pairing.receive(frame));
        if (answer) TRY_OK(talk.say(*answer));
        if (pairing.state() == Pairing::State::showing) dialog.showCode(talk.name(), pairing.code());
    }
    pairing.confirm(dialog.hasAccepted(talk.name()));
    if (pairing.state() != Pairing::State::paired)
        return phrasedError({LEMNOS_TEXT("'%1' is not trusted, for its code was not the one shown here."),
                             {Phrase::name(talk.name())}});
    return TrustedPeer{talk.peer(), talk.name(), ""};
}

}  // namespace

Result<TrustedPeer> pairAsHost(const OwnSide& self, const Listener& listener, const PairingDialog& dialog,
                               std::stop_token stop) {
    PairingWindow window(Clock::now());
    const auto until = Clock::now() + PairingWindow::length;
    std::optional<Phrase> last;
    while (window.isOpen(Clock::now())) {
        if (stop.stop_requested()) return Error{LEMNOS_TEXT("Cancelled.")};
        pollfd door{listener.descriptor(), POLLIN, 0};
        if (::poll(&door, 1, static_cast<int>(glance.count())) <= 0) continue;
        Socket socket = listener.accept();
        if (!socket) continue;
        Talk talk(self, std::move(socket), TlsStream::Side::server, stop);
        bool begun = false;
        Result<TrustedPeer> peer = hostOne(self, talk, dialog, until, begun);
        if (peer) return peer;
        last = phraseOf(peer.error().message);
        talk.end(LEMNOS_TEXT("The PCs were not paired."));
        if (begun) window.countFailure();
    }
    if (!last) return Error{LEMNOS_TEXT("No PC has been paired in time. Start again on both PCs.")};
    return phrasedError({LEMNOS_TEXT("No PC has been paired: %1 Start again on both PCs."), {*last}});
}

Result<TrustedPeer> pairAsStarter(const OwnSide& self, const std::string& host, std::uint16_t port,
                                  const PairingDialog& dialog, std::stop_token stop) {
    TRY(Socket socket, startConnecting(host, port));
    Talk talk(self, std::move(socket), TlsStream::Side::client, stop);
    if (const Status open = talk.open(); !open)
        return phrasedError(
            {LEMNOS_TEXT("Can't pair with %1, port %2: %3 Check that the other PC waits for it (\"lemnos-cli peer "
                         "pair\"), and that no firewall is between."),
             {Phrase::name(host), Phrase::name(std::to_string(port)), phraseOf(open.error().message)}},
            host);
    TRY(const Digest nonce, randomDigest());
    Pairing pairing(Pairing::Role::starter, self.identity.id, talk.peer(), nonce);
    TRY_OK(talk.say(pairing.begin()));
    TRY(const Frame frame, talk.hear(Clock::now() + Talk::machinePatience));
    TRY(const auto reveal, pairing.receive(frame));
    if (reveal) TRY_OK(talk.say(*reveal));
    const std::optional<std::string> code = dialog.askForCode(talk.name());
    const std::optional<Frame> done = code ? pairing.typed(*code) : std::nullopt;
    if (!done) {
        talk.end(LEMNOS_TEXT("The code was not the one shown there."));
        if (!code) return Error{LEMNOS_TEXT("Cancelled.")};
        return phrasedError({LEMNOS_TEXT("That is not the code of this connection, so '%1' is not trusted. Try again, "
                                         "and type what the other PC shows."),
                             {Phrase::name(talk.name())}});
    }
    TRY_OK(talk.say(*done));
    const bool six = host.find(':') != std::string::npos;
    return TrustedPeer{talk.peer(), talk.name(), (six ? "[" + host + "]" : host) + ":" + std::to_string(port)};
}

Result<std::pair<std::string, std::uint16_t>> peerAddress(const std::string& text) {
    const Error error = phrasedError(
        {LEMNOS_TEXT("'%1' is not an address such as 192.168.0.7 or 192.168.0.7:7411."), {Phrase::name(text)}}, text);
    std::string host = text, port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string::npos) return error;
        host = text.substr(1, end - 1);
        if (end + 1 < text.size() && text[end + 1] != ':') return error;
        if (end + 1 < text.size()) port = text.substr(end + 2);
        if (end + 1 < text.size() && port.empty()) return error;
    } else if (const std::size_t colon = text.find(':'); colon != std::string::npos && text.rfind(':') == colon) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (port.empty()) return error;
    }
    std::uint16_t number = defaultPeerPort;
    if (!port.empty()) {
        const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (code != std::errc() || end != port.data() + port.size() || number == 0) return error;
    }
    if (host.empty()) return error;
    return std::pair(host, number);
}

}  // namespace lemnos
