// LocalTraining: ranks that take steps by themselves between two means of their weights.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "compute/collective/loopback.h"
#include "compute/cpu/cpu_device.h"
#include "model/graph/initialise.h"
#include "model/optimizers/optimizer.h"
#include "model/templates/template.h"
#include "model/together/local_training.h"
#include "tests/support/collective_suite.h"
#include "tests/support/made_up_batch.h"

using namespace lemnos;

namespace {

const Shape picture{6, 6, 1};
constexpr std::int64_t rounds = 4, stepsEach = 3, ranks = 2;

Batch batchOf(std::uint32_t number) {
    return test::madeUpBatch(picture, 8, 4, number);
}

/// A replica that trains with Adam, and the weights that `work` leaves it with.
Result<std::vector<float>> weightsAfter(const std::function<Status(Replica&)>& work) {
    const OptimizerType* type = findOptimizerType("adam");
    TRY(const Graph graph, graphFromTemplate("mlp256", picture));
    TRY(const Plan plan, makePlan(graph, {picture, 4, 8, 2}));
    TRY(const ParamMap params, resolveParams(type->params, ParamMap(), "adam"));
    const auto device = openCpuDevice({});
    TRY(const auto replica, Replica::create(*device, plan, {type, params}, {{128}, {64}}, {}));
    TRY_OK(replica->writeWeights(initialWeights(plan, 7)));
    TRY_OK(work(*replica));
    return replica->readWeights();
}

StepScalars scalars(double rate = 1) {
    StepScalars scalars;
    scalars.learningRate = 0.01f * static_cast<float>(rate);
    return scalars;
}

}  // namespace

class TstLocalTraining : public QObject {
    Q_OBJECT

  private slots:
    // Steps are counted over all ranks, but an optimizer's correction for its young averages goes by its own.
    void ranksThatSeeTheSameLearnWhatOneDoes_data() {
        QTest::addColumn<double>("local");
        QTest::addColumn<double>("rate");
        QTest::newRow("as told") << 1.0 << 1.0;
        QTest::newRow("twice") << 2.0 << 2.0;
        QTest::newRow("the root of their number") << 0.0 << std::sqrt(double(ranks));
    }
    void ranksThatSeeTheSameLearnWhatOneDoes() {
        QFETCH(double, local);
        QFETCH(double, rate);
        const auto alone = weightsAfter([&](Replica& replica) -> Status {
            for (std::int64_t step = 1; step <= rounds * stepsEach; ++step) {
                TRY_OK(replica.train(batchOf(std::uint32_t(step)), scalars(rate), step));
                TRY_OK(replica.collect());
            }
            return {};
        });
        QVERIFY2(alone.ok(), alone ? "" : alone.error().message.c_str());

        test::Ranks group;
        for (auto& rank : LoopbackCollective::create(ranks)) group.push_back(std::move(rank));
        std::vector<std::vector<float>> weights(ranks);
        const auto results = test::onEveryRank(group, [&](Collective& c) -> Status {
            TRY(weights[std::size_t(c.rank())], weightsAfter([&](Replica& replica) -> Status {
                    LocalTraining training(replica, {.local = local}, {});
                    Collective::Tag tag = 1;
                    for (std::int64_t round = 0; round < rounds; ++round) {
                        std::vector<Order> own;
                        for (std::int64_t i = 0; i < stepsEach; ++i)
                            own.push_back({.kind = Order::Kind::step,
                                           .batch = round * stepsEach + i + 1,
                                           .step = (round * stepsEach + i) * ranks + c.rank() + 1,
                                           .scalars = scalars()});
                        const auto load = [](const Order& step) { return batchOf(std::uint32_t(step.batch)); };
                        TRY_OK(training.round(own, stepsEach * ranks, load, c, tag));
                        tag += roundTags;
                    }
                    return {};
                }));
            return {};
        });
        for (const Status& status : results) QVERIFY2(status.ok(), status ? "" : status.error().message.c_str());
        for (const auto& found : weights) {
            QCOMPARE(found.size(), alone->size());
            float largest = 0;
            for (std::size_t i = 0; i < found.size(); ++i)
                largest = std::max(largest, std::abs(found[i] - (*alone)[i]));
            QVERIFY2(largest < 1e-5f, qPrintable(QString::number(largest)));
        }
    }
};

QTEST_GUILESS_MAIN(TstLocalTraining)
#include "tst_local_training.moc"
