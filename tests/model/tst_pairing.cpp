// Who a PC is, whom it trusts, and how two PCs come to trust each other.
#include <sys/socket.h>
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <deque>
#include <functional>
#include <future>
#include <set>
#include <thread>

#include "model/files.h"
#include "model/lan/identity.h"
#include "model/lan/pair_peers.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

Digest digestOf(int n) {
    return sha256({std::as_bytes(std::span(&n, 1))});
}

/// Two sides that have not yet said anything, as they see their connections.
struct Sides {
    Pairing starter, host;
};

Sides sidesOf(const DeviceId& starter, const DeviceId& hostSeenByStarter, const DeviceId& host,
              const DeviceId& starterSeenByHost, int nonce = 0) {
    return {Pairing(Pairing::Role::starter, starter, hostSeenByStarter, digestOf(1000 + nonce)),
            Pairing(Pairing::Role::host, host, starterSeenByHost, digestOf(2000 + nonce))};
}

/// The messages up to the codes.
bool exchange(Sides& sides) {
    const auto nonce = sides.host.receive(sides.starter.begin());
    if (!nonce || !*nonce) return false;
    const auto reveal = sides.starter.receive(**nonce);
    return reveal && *reveal && sides.host.receive(**reveal).ok();
}

/// A PC with all that it takes to pair, and the person before it.
struct Pc {
    Identity identity = *Identity::create();
    TlsContext context = *TlsContext::create(identity);
    std::string name;

    explicit Pc(std::string called) : name(std::move(called)) {}
    OwnSide self() const { return {identity, context, name}; }
};

struct Outcome {
    Result<TrustedPeer> host = Error{""}, starter = Error{""};
};

/// Pairs over 127.0.0.1; the person types what `type` makes of the code that is shown, and tells the host `accepts`.
Outcome pairOver(const Pc& host, const Pc& starter, const std::function<std::string(std::string)>& type, bool accepts,
                 int attempts = 1) {
    const Listener listener = *Listener::open("127.0.0.1", 0);
    std::deque<std::promise<std::string>> shown(static_cast<std::size_t>(attempts));
    std::size_t next = 0;
    Outcome outcome;
    std::jthread hosting([&] {
        outcome.host =
            pairAsHost(host.self(), listener,
                       {.showCode = [&](const std::string&, const std::string& code) { shown[next++].set_value(code); },
                        .hasAccepted = [&](const std::string&) { return accepts; },
                        .askForCode = {}});
    });
    for (int i = 0; i < attempts; ++i)
        outcome.starter = pairAsStarter(starter.self(), "127.0.0.1", listener.port(),
                                        {.showCode = {}, .hasAccepted = {}, .askForCode = [&](const std::string&) {
                                             return std::optional(type(shown[std::size_t(i)].get_future().get()));
                                         }});
    hosting.join();
    return outcome;
}

std::string other(std::string code) {
    code[0] = code[0] == '9' ? '0' : char(code[0] + 1);
    return code;
}

}  // namespace

class TstPairing : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const DeviceId a = digestOf(1), b = digestOf(2), m = digestOf(3);

    fs::path folder() const { return m_folder.path().toStdString(); }

  private slots:
    void anIdentityIsMadeOnceAndKeptForItsOwnerAlone() {
        const fs::path place = folder() / "new" / "settings";
        const auto made = Identity::ofThisPc(place), again = Identity::ofThisPc(place);
        QVERIFY2(made.ok() && again.ok(), made ? "" : made.error().message.c_str());
        QCOMPARE(hexOf(made->id), hexOf(again->id));
        QCOMPARE(hexOf(made->id).size(), std::size_t(64));
        struct stat status {};
        QCOMPARE(::stat((place / "identity.pem").c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777, mode_t(0600));
        QVERIFY(Identity::create()->id != made->id);
    }

    void aDamagedIdentityIsAnErrorAndIsLeftAlone() {
        const auto other = Identity::create();
        const std::string certificate = other->pem.substr(other->pem.find("-----BEGIN CERTIFICATE"));
        const std::string own = Identity::create()->pem;
        const std::string stranger = own.substr(0, own.find("-----BEGIN CERTIFICATE")) + certificate;
        for (const std::string& text : {std::string(), std::string("nothing"), certificate, stranger}) {
            QVERIFY(writeAtomically(folder() / "identity.pem", text).ok());
            const auto identity = Identity::ofThisPc(folder());
            QVERIFY(!identity.ok());
            QVERIFY(identity.error().message.find("identity.pem") != std::string::npos);
            QCOMPARE(*readFile(folder() / "identity.pem"), text);
        }
    }

    void trustedPcsAreFoundByNameAndByTheBeginningOfTheirId() {
        auto peers = TrustedPeers::load(folder());
        QVERIFY(peers.ok() && peers->all().empty());
        QVERIFY(!peers->find("attic").ok());
        QVERIFY(peers->trust({a, "attic", "10.0.0.1:7411"}).ok());
        QVERIFY(peers->trust({b, "attic", ""}).ok());
        QVERIFY(peers->trust({m, "cellar", ""}).ok());
        auto loaded = TrustedPeers::load(folder());
        QVERIFY2(loaded.ok(), loaded ? "" : loaded.error().message.c_str());
        QVERIFY(loaded->all() == peers->all());
        QVERIFY(loaded->find("attic")->id == a);
        QVERIFY(loaded->find("attic (2)")->id == b);
        QVERIFY(loaded->find(hexOf(m).substr(0, 6))->id == m);
        QVERIFY(!loaded->find("").ok());
        QVERIFY(loaded->forget(a).ok());
        QVERIFY(loaded->trust({b, "garret", "10.0.0.2:7411"}).ok());  // again, with another name
        const auto last = TrustedPeers::load(folder());
        QCOMPARE(last->all().size(), std::size_t(2));
        QVERIFY(!last->find(a) && last->find("garret")->id == b);
    }

    void aDamagedListOfTrustedPcsIsAnError() {
        // With ' for ", which moc takes better.
        const auto accepted = [](std::string text) {
            std::ranges::replace(text, '\'', '"');
            return TrustedPeers::fromText(text).ok();
        };
        const auto with = [](const std::string& peers) {
            return "{'format':'lemnos-peers','version':1,'peers':" + peers + "}";
        };
        const std::string one = "{'id':'" + std::string(64, 'a') + "','name':'x','address':''}";
        QVERIFY(accepted(with("[]")));
        QVERIFY(accepted(with("[" + one + "]")));
        for (const std::string& text :
             {std::string(), std::string("[]"), with("{}"), with("[1]"), with("[" + one + "," + one + "]"),
              with("[{'id':'aa','name':'x','address':''}]"), std::string("{'format':'other','version':1,'peers':[]}")})
            QVERIFY2(!accepted(text), text.c_str());
    }

    void twoPcsPairWhenThePersonTypesTheCode() {
        Sides sides = sidesOf(a, b, b, a);
        QVERIFY(exchange(sides));
        QCOMPARE(sides.starter.state(), Pairing::State::typing);
        QCOMPARE(sides.host.state(), Pairing::State::showing);
        QCOMPARE(sides.starter.code(), sides.host.code());
        QCOMPARE(sides.host.code().size(), std::size_t(6));
        const std::string code = sides.host.code();
        const auto done = sides.starter.typed(" " + code.substr(0, 3) + " " + code.substr(3));
        QVERIFY(done.has_value());
        QCOMPARE(sides.starter.state(), Pairing::State::paired);
        QVERIFY(sides.host.receive(*done).ok());
        QCOMPARE(sides.host.state(), Pairing::State::confirming);
        sides.host.confirm(true);
        QCOMPARE(sides.host.state(), Pairing::State::paired);
    }

    void aWrongCodeOrADoubtingPersonEndsIt() {
        Sides sides = sidesOf(a, b, b, a);
        QVERIFY(exchange(sides));
        std::string code = sides.host.code();
        code[5] = code[5] == '0' ? '1' : '0';
        QVERIFY(!sides.starter.typed(code));
        QCOMPARE(sides.starter.state(), Pairing::State::failed);

        Sides again = sidesOf(a, b, b, a, 1);
        QVERIFY(exchange(again));
        QVERIFY(again.host.receive(*again.starter.typed(again.host.code())).ok());
        again.host.confirm(false);
        QCOMPARE(again.host.state(), Pairing::State::failed);
    }

    void codesDependOnEverything() {
        std::set<std::string> codes;
        const auto add = [&](Sides sides) {
            QVERIFY(exchange(sides));
            codes.insert(sides.host.code());
        };
        add(sidesOf(a, b, b, a));
        add(sidesOf(b, a, a, b));
        add(sidesOf(a, m, m, a));
        for (int nonce = 1; nonce < 20; ++nonce) add(sidesOf(a, b, b, a, nonce));
        QVERIFY(codes.size() >= 21);  // 22 random codes: two of them are equal once in 4000 times, and these are fixed
    }

    // m stands between a and b with a certificate of its own, and is free in what it says, but not in when.
    void whoeverStandsBetweenHasOtherCodes() {
        int equal = 0;
        for (int attempt = 0; attempt < 300; ++attempt) {
            Sides withA = sidesOf(a, m, m, a, 10 * attempt), withB = sidesOf(m, b, b, m, 10 * attempt + 5);
            QVERIFY(exchange(withA) && exchange(withB));
            QVERIFY(!withA.starter.typed(withB.host.code()) || ++equal);
        }
        QCOMPARE(equal, 0);
    }

    // Without the commitment, m would choose its nonce after it knows all others, until the codes are equal.
    void aNonceThatWasChosenAfterTheOthersWereSeenIsRefused() {
        Pairing host(Pairing::Role::host, b, m, digestOf(7));
        Pairing forger(Pairing::Role::starter, m, b, digestOf(8));
        const auto nonce = host.receive(forger.begin());
        QVERIFY(nonce.ok());
        Frame reveal = **forger.receive(**nonce);
        const Digest better = digestOf(9);
        std::ranges::copy(better, reveal.payload.begin());
        QVERIFY(!host.receive(reveal).ok());
        QCOMPARE(host.state(), Pairing::State::failed);
    }

    void messagesOutOfTurnEndIt() {
        const auto frame = [](FrameType type, std::size_t size) {
            Frame f;
            f.header.type = type;
            f.header.length = std::uint32_t(size);
            f.payload.resize(size);
            return f;
        };
        // A host that has only just begun, one that has committed, and one that shows its code.
        for (int stage = 0; stage < 3; ++stage) {
            for (const FrameType type : {FrameType::pairCommit, FrameType::pairNonce, FrameType::pairReveal,
                                         FrameType::pairDone, FrameType::hello}) {
                Sides sides = sidesOf(a, b, b, a);
                if (stage == 1) QVERIFY(sides.host.receive(sides.starter.begin()).ok());
                if (stage == 2) QVERIFY(exchange(sides));
                const bool right =
                    (stage == 0 && type == FrameType::pairCommit) || (stage == 2 && type == FrameType::pairDone);
                QCOMPARE(sides.host.receive(frame(type, type == FrameType::pairDone ? 0 : 32)).ok(), right);
                QCOMPARE(sides.host.state() == Pairing::State::failed, !right);
            }
        }
        Sides sides = sidesOf(a, b, b, a);
        QVERIFY(!sides.host.receive(frame(FrameType::pairCommit, 31)).ok());
        // What a starter has said itself is no answer.
        Pairing starter(Pairing::Role::starter, a, b, digestOf(1));
        QVERIFY(!starter.receive(starter.begin()).ok());
    }

    void twoPcsPairOverAConnection() {
        const Pc host("attic"), starter("cellar");
        const Outcome outcome = pairOver(
            host, starter, [](std::string code) { return code; }, true);
        QVERIFY2(outcome.host.ok(), outcome.host ? "" : outcome.host.error().message.c_str());
        QVERIFY2(outcome.starter.ok(), outcome.starter ? "" : outcome.starter.error().message.c_str());
        QVERIFY(outcome.host->id == starter.identity.id && outcome.starter->id == host.identity.id);
        QCOMPARE(outcome.host->name, std::string("cellar"));
        QCOMPARE(outcome.starter->name, std::string("attic"));
        QVERIFY(outcome.starter->address.starts_with("127.0.0.1:"));
    }

    void threeWrongCodesCloseTheWindow() {
        const Pc host("attic"), starter("cellar");
        const Outcome outcome = pairOver(host, starter, other, true, PairingWindow::mostFailures);
        QVERIFY(!outcome.host.ok() && !outcome.starter.ok());
        QVERIFY(outcome.starter.error().message.find("attic") != std::string::npos);
    }

    void aPcThatClaimsThatItsCodeWasTypedIsNotTrustedWithoutThePerson() {
        const Pc host("attic"), forger("cellar");
        // It knows the code of its own connection, so it needs nobody to type it.
        const Outcome outcome = pairOver(
            host, forger, [](std::string code) { return code; }, false, PairingWindow::mostFailures);
        QVERIFY(!outcome.host.ok());
    }

    void whoeverSaysSomethingElseIsSentAwayAndTheRightOneStillPairs() {
        const Pc host("attic"), starter("cellar");
        const Listener listener = *Listener::open("127.0.0.1", 0);
        std::promise<std::string> shown;
        Result<TrustedPeer> hosted = Error{""};
        std::jthread hosting([&] {
            hosted =
                pairAsHost(host.self(), listener,
                           {.showCode = [&](const std::string&, const std::string& code) { shown.set_value(code); },
                            .hasAccepted = [](const std::string&) { return true; },
                            .askForCode = {}});
        });
        for (int i = 0; i < 10; ++i) {
            const auto socket = startConnecting("127.0.0.1", listener.port());
            const std::string garbage(300, char('a' + i));
            (void)::send(socket->number(), garbage.data(), garbage.size(), MSG_NOSIGNAL);
        }
        const auto paired = pairAsStarter(starter.self(), "127.0.0.1", listener.port(),
                                          {.showCode = {}, .hasAccepted = {}, .askForCode = [&](const std::string&) {
                                               return std::optional(shown.get_future().get());
                                           }});
        hosting.join();
        QVERIFY2(paired.ok() && hosted.ok(), paired ? "" : paired.error().message.c_str());
    }

    void whoeverWaitsCanCancel() {
        const Pc host("attic");
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!pairAsHost(host.self(), *Listener::open("127.0.0.1", 0), {}, stop.get_token()).ok());
        QVERIFY(!pairAsStarter(host.self(), "127.0.0.1", 1, {}).ok());  // where nobody listens
    }

    void addressesAreReadWithAndWithoutAPort() {
        const auto is = [](const char* text, const char* host, int port) {
            const auto address = peerAddress(text);
            return address && address->first == host && address->second == port;
        };
        QVERIFY(is("192.168.0.7", "192.168.0.7", 7411));
        QVERIFY(is("192.168.0.7:80", "192.168.0.7", 80));
        QVERIFY(is("[fe80::1]:80", "fe80::1", 80));
        QVERIFY(is("[fe80::1]", "fe80::1", 7411));
        QVERIFY(is("fe80::1", "fe80::1", 7411));
        for (const char* bad : {"", ":80", "a:", "a:0", "a:65536", "a:x", "[fe80::1", "[fe80::1]80"})
            QVERIFY2(!peerAddress(bad).ok(), bad);
    }

    void theWindowClosesAfterTwoMinutesOrThreeFailures() {
        const PairingWindow::Clock::time_point opened{};
        PairingWindow window(opened);
        QVERIFY(window.isOpen(opened));
        QVERIFY(window.isOpen(opened + std::chrono::seconds(119)));
        QVERIFY(!window.isOpen(opened + std::chrono::seconds(120)));
        for (int i = 0; i < 3; ++i) {
            QVERIFY(window.isOpen(opened));
            window.countFailure();
        }
        QVERIFY(!window.isOpen(opened));
    }
};

QTEST_GUILESS_MAIN(TstPairing)
#include "tst_pairing.moc"
