// LanCollective over 127.0.0.1: the conformance suite, and who gets in.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "compute/collective/loopback.h"
#include "compute/cpu/cpu_device.h"
#include "model/graph/initialise.h"
#include "model/graph/sharded_replica.h"
#include "model/templates/template.h"
#include "tests/support/collective_suite.h"
#include "tests/support/lan_group.h"
#include "tests/support/made_up_batch.h"

using namespace lemnos;

namespace {

const Shape picture{6, 6, 1};

Batch batchOf(std::uint32_t number) {
    return test::madeUpBatch(picture, 18, 4, number);
}

}  // namespace

class TstLanCollective : public QObject {
    Q_OBJECT

  private slots:
    void aRankThatDoesNotComeIsNamed() {
        test::LocalLan lan(3);
        LanGroup group = lan.groupOf(1);
        group.joinWithin = std::chrono::milliseconds(300);
        const auto joined = LanCollective::join(lan.contexts[1], lan.listeners[1], group);
        QVERIFY(!joined.ok());
        QVERIFY(joined.error().message.find("'PC 0', 'PC 2'") != std::string::npos);
    }

    void joiningCanBeCancelled() {
        test::LocalLan lan(2);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!LanCollective::join(lan.contexts[0], lan.listeners[0], lan.groupOf(0), stop.get_token()).ok());
    }

    // Whatever else comes to the door, the right ones get in.
    void strangersDoNotKeepTheRightOnesOut_data() {
        QTest::addColumn<QString>("stranger");
        for (const char* kind :
             {"garbage", "silence", "another certificate", "another run", "a rank that is not its own"})
            QTest::newRow(kind) << kind;
    }
    void strangersDoNotKeepTheRightOnesOut() {
        QFETCH(QString, stranger);
        test::LocalLan lan(3);
        std::vector<Socket> sockets;
        const std::uint16_t door = lan.listeners[0].port();
        LanGroup wrong = lan.groupOf(2);
        TlsContext with = lan.contexts[2];
        wrong.joinWithin = std::chrono::milliseconds(1000);
        if (stranger == "another certificate") with = *TlsContext::create(*Identity::create());
        if (stranger == "another run") wrong.secret = *randomDigest();
        if (stranger == "a rank that is not its own") with = lan.contexts[1];
        const Listener elsewhere = *Listener::open("127.0.0.1", 0);
        std::vector<std::jthread> others;  // last: they use all of the above
        for (int i = 0; i < 5; ++i) {
            if (stranger == "garbage" || stranger == "silence") {
                sockets.push_back(*startConnecting("127.0.0.1", door));
                const std::string text(500, 'x');
                if (stranger == "garbage")
                    (void)::send(sockets.back().number(), text.data(), text.size(), MSG_NOSIGNAL);
            } else if (i == 0) {
                others.emplace_back([&] {
                    const auto joined = LanCollective::join(with, elsewhere, wrong);
                    if (joined) qFatal("a stranger got in");
                });
            }
        }
        const auto ranks = lan.join();
        for (const Status& status : test::onEveryRank(ranks, [](Collective& c) { return c.barrier(1); }))
            QVERIFY(status.ok());
    }

    void theReasonOfAnAbortReachesTheOthers() {
        const auto ranks = test::LocalLan(3).join();
        const auto results = test::onEveryRank(ranks, [](Collective& c) -> Status {
            if (c.rank() == 1) {
                c.abort("The device stopped answering.");
                return {};
            }
            return c.barrier(1);
        });
        QVERIFY(results[0].error().message.find("stopped answering") != std::string::npos ||
                results[2].error().message.find("stopped answering") != std::string::npos);
    }

    // What PCs do together, without their processes: each rank has a device of its own, and sees the others only by
    // TLS.
    void exactTrainingOverTheLanGivesTheWeightsOfOneDevice() {
        const auto weightsAfter = [](const std::vector<std::unique_ptr<Collective>>& ranks) {
            std::vector<std::vector<float>> weights(ranks.size());
            const auto results = test::onEveryRank(ranks, [&](Collective& c) -> Status {
                const OptimizerType* type = findOptimizerType("adam");
                TRY(const Graph graph, graphFromTemplate("mlp256", picture));
                TRY(const Plan plan, makePlan(graph, {picture, 4, 4, 2}));
                TRY(const ParamMap params, resolveParams(type->params, ParamMap(), "adam"));
                ReplicaOptions options;
                options.shared = true;
                const auto device = openCpuDevice({});
                TRY(const auto replica, Replica::create(*device, plan, {type, params}, {{128}, {64}}, options));
                TRY_OK(replica->writeWeights(initialWeights(plan, 7)));
                ShardedReplica sharded(*replica, c, {.exact = true});
                for (std::uint32_t step = 1; step <= 25; ++step) {
                    StepScalars scalars;
                    scalars.learningRate = 0.01f;
                    TRY_OK(sharded.train(batchOf(step), scalars, step, {}));
                }
                TRY(weights[static_cast<std::size_t>(c.rank())], replica->readWeights());
                return {};
            });
            for (const Status& status : results)
                if (!status) qFatal("%s", status.error().message.c_str());
            return weights;
        };
        std::vector<std::unique_ptr<Collective>> alone;
        alone.push_back(std::move(LoopbackCollective::create(1).front()));
        const auto expected = weightsAfter(alone).front();
        for (const int size : {2, 3}) {
            for (const auto& weights : weightsAfter(test::LocalLan(size).join())) QVERIFY(weights == expected);
        }
    }

    void aByteChangedOnTheWayEndsTheConnection() {
        const auto identity = Identity::create();
        const auto context = TlsContext::create(*identity);
        int near[2], far[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, near), 0);
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, far), 0);
        const Socket nearWire(near[1]), farWire(far[1]);
        TlsStream client(*context, Socket(near[0]), TlsStream::Side::client),
            server(*context, Socket(far[0]), TlsStream::Side::server);
        const auto carry = [](const Socket& from, const Socket& to, std::byte change) {
            std::vector<std::byte> bytes(1 << 16);
            const ssize_t count = ::recv(from.number(), bytes.data(), bytes.size(), 0);
            if (count <= 0) return;
            bytes[static_cast<std::size_t>(count) / 2] ^= change;
            QCOMPARE(::send(to.number(), bytes.data(), static_cast<std::size_t>(count), 0), count);
        };
        bool a = false, b = false;
        for (int i = 0; i < 10 && !(a && b); ++i) {
            if (!a) a = *client.handshake();
            carry(nearWire, farWire, {});
            if (!b) b = *server.handshake();
            carry(farWire, nearWire, {});
        }
        QVERIFY(a && b);
        const std::vector<std::byte> sent(1000, std::byte{7});
        std::vector<std::byte> got(sent.size());
        for (const std::byte change : {std::byte{0}, std::byte{1}}) {
            QCOMPARE(*client.write(sent), sent.size());
            QVERIFY(*client.flush());
            carry(nearWire, farWire, change);
            const auto read = server.read(got);
            QCOMPARE(read.ok(), change == std::byte{0});
            if (read) QVERIFY(*read == sent.size() && got == sent);
        }
    }

    // Between PCs a connection is still being made when the handshake begins.
    void aHandshakeWaitsUntilSomethingCanBeWritten() {
        const auto context = TlsContext::create(*Identity::create());
        int pair[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
        std::vector<std::byte> bytes(4096);
        std::size_t inTheWay = 0;
        for (ssize_t count = 0; (count = ::send(pair[0], bytes.data(), bytes.size(), 0)) > 0;)
            inTheWay += std::size_t(count);
        TlsStream client(*context, Socket(pair[0]), TlsStream::Side::client),
            server(*context, Socket(pair[1]), TlsStream::Side::server);
        for (int i = 0; i < 2; ++i) {
            const auto begun = client.handshake();
            QVERIFY2(begun.ok(), begun ? "" : begun.error().message.c_str());
            QVERIFY(!*begun);
            QCOMPARE(client.awaited(), short(POLLOUT));
        }
        while (inTheWay > 0) {
            const ssize_t count = ::recv(pair[1], bytes.data(), std::min(bytes.size(), inTheWay), 0);
            QVERIFY(count > 0);
            inTheWay -= std::size_t(count);
        }
        bool a = false, b = false;
        for (int i = 0; i < 10 && !(a && b); ++i) {
            if (!a) a = *client.handshake();
            if (!b) b = *server.handshake();
        }
        QVERIFY(a && b);
    }

    void onlyTheCertificateDecidesWhoSomebodyIs() {
        const auto identity = Identity::create();
        const auto context = TlsContext::create(*identity), other = TlsContext::create(*Identity::create());
        int pair[2];
        QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
        TlsStream client(*context, Socket(pair[0]), TlsStream::Side::client),
            server(*other, Socket(pair[1]), TlsStream::Side::server);
        bool a = false, b = false;
        for (int i = 0; i < 10 && !(a && b); ++i) {
            if (!a) a = *client.handshake();
            if (!b) b = *server.handshake();
        }
        QVERIFY(a && b);
        QVERIFY(server.peer() == identity->id);
        QVERIFY(client.peer() != identity->id);
    }
};

int main(int argc, char** argv) {
    test::CollectiveSuite suite([](int size) { return test::LocalLan(size).join(); });
    TstLanCollective own;
    return std::max(QTest::qExec(&suite, argc, argv), QTest::qExec(&own, argc, argv));
}

#include "tst_lan_collective.moc"
