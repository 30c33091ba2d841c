// ReplicaGroup: several replicas that take every step together, against one that takes it alone.
#include <QTest>
#include <algorithm>
#include <atomic>
#include <cmath>

#include "compute/collective/loopback.h"
#include "compute/cpu/cpu_device.h"
#include "compute/losable_device.h"
#include "compute/random.h"
#include "model/graph/fixed_point.h"
#include "model/graph/initialise.h"
#include "model/graph/replica_group.h"
#include "model/templates/graph_builder.h"
#include "tests/support/collective_suite.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

constexpr std::int64_t classes = 5, shard = 4, rows = 27;  // six shards and three rows of a seventh
const Shape picture{6, 6, 1};

enum class Net { plain, withEverything };

Graph network(Net kind) {
    GraphBuilder builder("test", picture);
    if (kind == Net::withEverything) {
        builder.convNorm({.filters = 6});
        builder.dropout(0.3);
    } else {
        builder.conv({.filters = 6, .bias = true});
        builder.add("relu");
    }
    builder.maxPool(2, 2);
    builder.add("flatten");
    builder.dense(9);
    builder.add("tanh");
    return std::move(builder).finish();
}

/// The batch of a step, with a row that can't be read, and `used` rows that hold anything.
Batch batchOf(std::uint32_t step, std::int64_t used = rows) {
    Batch batch;
    batch.rows = rows;
    batch.listed = used;
    for (std::uint32_t i = 0; i < std::uint32_t(used * picture.size()); ++i)
        batch.pixels.push_back(std::uint8_t(philox(step, {i, 1, 0, 0})[0]));
    batch.pixels.resize(std::size_t(rows * picture.size()));
    for (std::uint32_t i = 0; i < rows; ++i) {
        const bool counts = i != 2 && i < used;
        batch.labels.push_back(counts ? philox(step, {i, 2, 0, 0})[0] % classes : ignoredLabel);
        batch.sampleIndices.push_back(rows * step + i);
        batch.count += counts ? 1 : 0;
    }
    return batch;
}

/// A group with its devices, or one replica alone.
struct Team {
    std::vector<std::unique_ptr<Device>> devices;
    std::vector<std::unique_ptr<Replica>> replicas;
    std::unique_ptr<ReplicaGroup> group;

    Learner& learner() { return group ? static_cast<Learner&>(*group) : *replicas[0]; }
};

struct Wanted {
    Net net = Net::plain;
    int replicas = 0;  ///< 0: one alone
    bool exact = false;
    ReplicaOptions options{};
    std::int64_t batch = shard;
    std::int64_t loseAt = 0;  ///< submission at which the last device is lost
    TestBody body = TestBody::cpu;
};

Team makeTeam(const Wanted& wanted) {
    Team team;
    const OptimizerType* type = findOptimizerType("adam");
    const Plan plan = *makePlan(network(wanted.net), {picture, classes, wanted.replicas ? wanted.batch : rows, 2});
    ReplicaOptions options = wanted.options;
    options.shared = wanted.replicas > 0;
    for (int i = 0; i < std::max(wanted.replicas, 1); ++i) {
        auto device = openTestDevice(wanted.body);
        if (wanted.loseAt > 0 && i + 1 == wanted.replicas)
            device = std::make_unique<LosableDevice>(std::move(device), wanted.loseAt);
        team.devices.push_back(std::move(device));
        auto replica =
            Replica::create(*team.devices.back(), plan, {type, *resolveParams(type->params, ParamMap(), "adam")},
                            {{128}, {64}}, options);
        if (!replica) qFatal("%s", replica.error().message.c_str());
        if (const Status status = (*replica)->writeWeights(initialWeights(plan, 7)); !status)
            qFatal("%s", status.error().message.c_str());
        team.replicas.push_back(*std::move(replica));
    }
    std::vector<Replica*> replicas;
    for (const auto& replica : team.replicas) replicas.push_back(replica.get());
    if (wanted.replicas > 0) team.group = std::make_unique<ReplicaGroup>(replicas, ShardingOptions{wanted.exact});
    return team;
}

/// Trains so many updates, the last batch of each with few rows; what every batch has found out.
Result<std::vector<StepResult>> trained(Team& team, int updates, int accumulate = 1) {
    std::vector<StepResult> results;
    Learner& learner = team.learner();
    const auto collect = [&]() -> Status {
        TRY(const StepResult result, learner.collect());
        results.push_back(result);
        return {};
    };
    std::uint32_t number = 0;
    for (int update = 1; update <= updates; ++update) {
        std::vector<Batch> batches;
        for (int i = 0; i < accumulate; ++i)
            batches.push_back(batchOf(++number, i + 1 == accumulate && update % 2 == 0 ? 6 : rows));
        std::int64_t count = 0;
        for (const Batch& batch : batches) count += batch.listed;
        for (int i = 0; i < accumulate; ++i) {
            StepScalars scalars;
            scalars.seedLow = 3;
            scalars.learningRate = 0.01f;
            if (learner.underway() == Learner::slotCount) TRY_OK(collect());
            const StepPlace place{i == 0, i + 1 == accumulate, accumulate > 1 ? count : 0};
            TRY_OK(learner.train(batches[std::size_t(i)], scalars, update, place));
        }
    }
    while (learner.underway() > 0) TRY_OK(collect());
    return results;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
    return largest;
}

/// Has all rows of a batch, and counts how often they are asked for.
class CountingSource final : public RowSource, public std::enable_shared_from_this<CountingSource> {
  public:
    CountingSource(Batch whole, std::atomic<int>& loads) : m_whole(std::move(whole)), m_loads(loads) {}

    Batch load(const Batch&, const RowRange& wanted) const override {
        ++m_loads;
        return holding(wanted);
    }
    Batch holding(const RowRange& held) const {
        Batch batch = m_whole;
        const auto bytes = std::ptrdiff_t(picture.size());
        batch.pixels.assign(m_whole.pixels.begin() + held.first * bytes, m_whole.pixels.begin() + held.end * bytes);
        batch.source = shared_from_this();
        batch.held = held;
        return batch;
    }

  private:
    Batch m_whole;
    std::atomic<int>& m_loads;
};

#define VERIFY_OK(result) QVERIFY2((result).ok(), (result) ? "" : (result).error().message.c_str())

}  // namespace

class TstReplicaGroup : public QObject {
    Q_OBJECT

  private slots:
    void aGroupTrainsLikeOneReplicaAlone_data() {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<int>("accumulate");
        QTest::addColumn<bool>("exact");
        QTest::addColumn<int>("bucket");
        QTest::newRow("3 replicas, many buckets") << 3 << 1 << false << 10;
        QTest::newRow("3 replicas, 3 batches, many buckets") << 3 << 3 << false << 10;
        for (const int replicas : {1, 3})
            for (const int accumulate : {1, 3})
                for (const bool exact : {false, true})
                    QTest::addRow("%d replicas, %d batches%s", replicas, accumulate, exact ? ", exact" : "")
                        << replicas << accumulate << exact << (1 << 20);
    }
    void aGroupTrainsLikeOneReplicaAlone() {
        QFETCH(int, replicas);
        QFETCH(int, accumulate);
        QFETCH(bool, exact);
        QFETCH(int, bucket);
        ReplicaOptions options;
        options.accumulate = accumulate;
        options.bucketFloats = bucket;
        options.clipNorm = 0.5;
        options.ema = 0.5;
        Team alone = makeTeam({.options = options});
        Team group = makeTeam({.replicas = replicas, .exact = exact, .options = options});
        const auto expected = trained(alone, 6, accumulate), got = trained(group, 6, accumulate);
        VERIFY_OK(expected);
        VERIFY_OK(got);
        QCOMPARE(group.replicas[0]->buckets().size() > 1, bucket == 10);
        QCOMPARE(got->size(), expected->size());
        for (std::size_t i = 0; i < got->size(); ++i) {
            QCOMPARE((*got)[i].count, (*expected)[i].count);
            QCOMPARE((*got)[i].correct, (*expected)[i].correct);
            QVERIFY(std::abs((*got)[i].lossSum - (*expected)[i].lossSum) < 1e-3);
        }
        const auto weights = *alone.replicas[0]->readWeights(), average = *alone.replicas[0]->readAverage();
        QVERIFY(distance(weights, initialWeights(alone.replicas[0]->plan(), 7)) > 0.01);
        for (const auto& replica : group.replicas) {
            QVERIFY(distance(*replica->readWeights(), weights) < 2e-4);
            QVERIFY(distance(*replica->readAverage(), average) < 2e-4);
            QCOMPARE(*replica->readWeights(), *group.replicas[0]->readWeights());
        }
    }

    void aRankNeedsOnlyItsOwnRows_data() {
        QTest::addColumn<bool>("exact");
        QTest::addColumn<bool>("prepared");
        for (const bool exact : {false, true})
            for (const bool prepared : {true, false})
                QTest::addRow("%s, %s", exact ? "exact" : "by buckets", prepared ? "held" : "loaded when needed")
                    << exact << prepared;
    }
    void aRankNeedsOnlyItsOwnRows() {
        QFETCH(bool, exact);
        QFETCH(bool, prepared);
        constexpr int ranks = 3, steps = 5;
        const auto batchAt = [](std::uint32_t step) { return batchOf(step, step % 2 ? rows : 6); };
        const auto weightsOf = [&](const auto& batchFor) {
            Team team = makeTeam({.net = Net::withEverything, .replicas = ranks, .exact = exact});
            team.group.reset();
            test::Ranks group;
            for (auto& rank : LoopbackCollective::create(ranks)) group.push_back(std::move(rank));
            const auto results = test::onEveryRank(group, [&](Collective& c) -> Status {
                ShardedReplica sharded(*team.replicas[std::size_t(c.rank())], c, {.exact = exact, .measured = false});
                for (std::uint32_t step = 1; step <= steps; ++step) {
                    StepScalars scalars;
                    scalars.seedLow = 3;
                    scalars.learningRate = 0.01f;
                    TRY_OK(sharded.train(batchFor(step, sharded), scalars, step, {}));
                }
                return {};
            });
            for (const Status& status : results)
                if (!status) qFatal("%s", status.error().message.c_str());
            return *team.replicas[0]->readWeights();
        };
        std::atomic<int> loads = 0;
        const auto parts = weightsOf([&](std::uint32_t step, const ShardedReplica& sharded) {
            const Batch batch = batchAt(step);
            const auto source = std::make_shared<CountingSource>(batch, loads);
            return source->holding(prepared ? sharded.rowsWanted(batch.listed) : RowRange{});
        });
        QCOMPARE(loads == 0, prepared);
        const auto whole = weightsOf([&](std::uint32_t step, const ShardedReplica&) { return batchAt(step); });
        QCOMPARE(parts, whole);
        QVERIFY(distance(whole, initialWeights(makeTeam({.net = Net::withEverything}).replicas[0]->plan(), 7)) > 0.01);
    }

    void anExactGroupGivesTheSameBitsWhateverItsSize_data() {
        QTest::addColumn<int>("body");
        QTest::addColumn<int>("most");
        QTest::newRow("cpu") << int(TestBody::cpu) << 5;
        QTest::newRow("software Vulkan") << int(TestBody::lane) << 2;
    }
    void anExactGroupGivesTheSameBitsWhateverItsSize() {
        QFETCH(int, body);
        QFETCH(int, most);
        std::vector<float> weights;
        std::vector<double> losses;
        for (const int replicas : {1, 2, 3, 5}) {
            if (replicas > most) continue;
            Team group =
                makeTeam({.net = Net::withEverything, .replicas = replicas, .exact = true, .body = TestBody(body)});
            // Beyond the point where shares follow what was measured, which is never quite the same.
            const auto results = trained(group, MeasuredSpeeds::stepsBetween + 5);
            VERIFY_OK(results);
            std::vector<double> own;
            for (const StepResult& result : *results) own.push_back(result.lossSum);
            if (weights.empty()) {
                weights = *group.replicas[0]->readWeights();
                losses = own;
            }
            QCOMPARE(own, losses);
            for (const auto& replica : group.replicas) QVERIFY(*replica->readWeights() == weights);
        }
    }

    void statisticsMoveByTheAverageOfWhatEachShardWouldMoveThem() {
        // Each shard on its own, from the same start.
        const Batch batch = batchOf(1);
        std::vector<double> expected;
        std::vector<float> before;
        std::size_t learnt = 0;
        for (std::int64_t first = 0; first < rows; first += shard) {
            Batch part;
            const std::int64_t end = std::min(first + shard, rows);
            part.rows = shard;
            part.pixels.assign(batch.pixels.begin() + first * picture.size(),
                               batch.pixels.begin() + end * picture.size());
            part.pixels.resize(std::size_t(shard * picture.size()));
            part.labels.assign(batch.labels.begin() + first, batch.labels.begin() + end);
            part.labels.resize(shard, ignoredLabel);
            part.sampleIndices.assign(batch.sampleIndices.begin() + first, batch.sampleIndices.begin() + end);
            part.sampleIndices.resize(shard);
            part.listed = end - first;
            part.count = std::uint32_t(shard - std::ranges::count(part.labels, ignoredLabel));
            const auto device = openCpuDevice({});
            const OptimizerType* type = findOptimizerType("adam");
            const Plan plan = *makePlan(network(Net::withEverything), {picture, classes, shard, 2});
            const auto replica = *Replica::create(
                *device, plan, {type, *resolveParams(type->params, ParamMap(), "adam")}, {{128}, {64}});
            before = initialWeights(plan, 7);
            learnt = std::size_t(plan.learntFloats);
            expected.resize(before.size() - learnt);
            QVERIFY(replica->writeWeights(before).ok());
            StepScalars scalars;
            scalars.seedLow = 3;
            QVERIFY(replica->train(part, scalars, 1).ok());
            QVERIFY(replica->collect().ok());
            const auto after = *replica->readWeights();
            for (std::size_t i = 0; i < expected.size(); ++i)
                expected[i] += double(part.count) / double(batch.listed) *
                               (double(after[learnt + i]) - double(before[learnt + i]));
        }
        QVERIFY(std::ranges::any_of(expected, [](double change) { return std::abs(change) > 0.01; }));
        for (const bool exact : {false, true}) {
            Team group = makeTeam({.net = Net::withEverything, .replicas = 2, .exact = exact});
            const auto results = trained(group, 1);
            VERIFY_OK(results);
            const auto weights = *group.replicas[1]->readWeights();
            for (std::size_t i = 0; i < expected.size(); ++i)
                QVERIFY(std::abs(double(weights[learnt + i]) - double(before[learnt + i]) - expected[i]) < 1e-5);
        }
    }

    void aDeviceThatIsLostEndsTheStepForAll() {
        for (const std::int64_t at : {10, 11, 12, 13, 14, 15, 16}) {
            Team group = makeTeam({.replicas = 3, .loseAt = at});
            const auto results = trained(group, 20);
            QVERIFY(!results.ok());
            QCOMPARE(results.error().kind, Error::Kind::deviceLost);
        }
    }

    void aGroupCanEndInTheMiddleOfASeriesOfSteps() {
        Team group = makeTeam({.replicas = 3});
        for (int i = 0; i < 2; ++i) QVERIFY(group.learner().train(batchOf(1), {}, i + 1).ok());
        group.group.reset();
    }

    void gradientsThatAreTooLargeToBeExactAreAnError() {
        std::vector<std::int64_t> sums(3);
        const float values[] = {0.5f, -1e-6f, 0};
        QVERIFY(addFixed(values, 2, 8, sums));
        QCOMPARE(sums[0], std::int64_t(1) << 40);
        QCOMPARE(sums[1], std::int64_t(std::nearbyint(double(-1e-6f) * 2 * 0x1p40)));
        for (const float bad : {NAN, INFINITY, -INFINITY, 1e7f}) QVERIFY(!addFixed(std::span(&bad, 1), 1, 1, sums));
        const float large = 3e6f;
        QVERIFY(addFixed(std::span(&large, 1), 1, 1, sums));
        QVERIFY(!addFixed(std::span(&large, 1), 1, 2, sums));
    }

    void sharesLetAllBeDoneAtTheSameTime() {
        using Shares = std::vector<std::int64_t>;
        QCOMPARE(sharesFor(8, std::vector{1.0, 1.0}), (Shares{4, 4}));
        QCOMPARE(sharesFor(7, std::vector{1.0, 1.0, 1.0}), (Shares{3, 2, 2}));
        QCOMPARE(sharesFor(8, std::vector{3.0, 1.0}), (Shares{6, 2}));
        QCOMPARE(sharesFor(8, std::vector{100.0, 1.0}), (Shares{8, 0}));
        QCOMPARE(sharesFor(0, std::vector{1.0, 2.0}), (Shares{0, 0}));
        QCOMPARE(sharesFor(1, std::vector{1.0, 2.0}), (Shares{0, 1}));
        // Against all ways to split: none is done sooner.
        for (std::uint32_t seed = 0; seed < 200; ++seed) {
            const auto random = philox(seed, {1, 2, 3, 4});
            const std::vector<double> speeds{1.0 + random[0] % 1000, 1.0 + random[1] % 1000, 1.0 + random[2] % 100};
            const std::int64_t shards = random[3] % 20;
            const auto seconds = [&](const Shares& s) {
                double longest = 0;
                for (std::size_t i = 0; i < 3; ++i) longest = std::max(longest, double(s[i]) / speeds[i]);
                return longest;
            };
            const Shares shares = sharesFor(shards, speeds);
            QCOMPARE(shares[0] + shares[1] + shares[2], shards);
            for (std::int64_t a = 0; a <= shards; ++a)
                for (std::int64_t b = 0; a + b <= shards; ++b)
                    QVERIFY(seconds(shares) <= seconds({a, b, shards - a - b}) * (1 + 1e-12));
        }
    }

    void sharesFollowMeasuredSpeedsButNotEveryTremor() {
        const auto observe = [](MeasuredSpeeds& speeds, double first, double second) {
            for (int i = 0; i < MeasuredSpeeds::stepsBetween; ++i) {
                const auto shares = sharesFor(16, speeds.speeds());
                speeds.observe(shares, std::vector{double(shares[0]) / first, double(shares[1]) / second});
            }
            return sharesFor(16, speeds.speeds());
        };
        MeasuredSpeeds speeds(2);
        using Shares = std::vector<std::int64_t>;
        QCOMPARE(observe(speeds, 100, 98), (Shares{8, 8}));
        QCOMPARE(observe(speeds, 300, 100), (Shares{12, 4}));
        QCOMPARE(observe(speeds, 290, 101), (Shares{12, 4}));
        QCOMPARE(observe(speeds, 100, 100), (Shares{8, 8}));
    }
};

QTEST_GUILESS_MAIN(TstReplicaGroup)
#include "tst_replica_group.moc"
