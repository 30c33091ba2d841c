// Mixed precision: half precision on the host, the loss scale, and networks whose values are stored in it.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "compute/half.h"
#include "compute/random.h"
#include "model/graph/initialise.h"
#include "model/graph/replica_group.h"
#include "model/templates/template.h"
#include "model/train/checkpoint.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

constexpr std::int64_t classes = 5, rows = 8;
const Shape picture{8, 8, 1};

Batch someBatch() {
    Batch batch;
    batch.rows = batch.listed = rows;
    batch.count = rows;
    for (std::uint32_t i = 0; i < std::uint32_t(rows * picture.size()); ++i)
        batch.pixels.push_back(static_cast<std::uint8_t>(philox(3, {i, 0, 0, 0})[0] & 255u));
    for (std::uint32_t i = 0; i < rows; ++i) {
        batch.labels.push_back(i % classes);
        batch.sampleIndices.push_back(i);
    }
    return batch;
}

Result<std::unique_ptr<Replica>> mixedReplica(Device& device, const OptimizerType& optimizer, int accumulate = 1,
                                              bool shared = false) {
    TRY(const Graph graph, graphFromTemplate("mlp256", picture));
    TRY(const Plan plan, makePlan(graph, {.input = picture,
                                          .classes = classes,
                                          .batch = rows,
                                          .optimizerTensors = int(optimizer.state.size()),
                                          .values = ElementType::float16}));
    TRY(const ParamMap params, resolveParams(optimizer.params, ParamMap(), optimizer.label));
    ReplicaOptions options;
    options.accumulate = accumulate;
    options.shared = shared;
    TRY(auto replica, Replica::create(device, plan, {&optimizer, params}, {{127.5f}, {127.5f}}, options));
    TRY_OK(replica->writeWeights(initialWeights(plan, 7)));
    return replica;
}

Status oneStep(Replica& replica, std::int64_t step, const StepPlace& place = {}) {
    StepScalars scalars;
    scalars.learningRate = 1e-3f;
    TRY_OK(replica.train(someBatch(), scalars, step, place));
    TRY(const StepResult result, replica.collect());
    return std::isfinite(result.lossSum) ? Status() : Status(Error{"The loss is not a number."});
}

}  // namespace

class TstMixedPrecision : public QObject {
    Q_OBJECT

    std::unique_ptr<Device> m_device;

  private slots:
    void initTestCase() { m_device = openTestDevice(TestBody::tiled); }

    void everyHalfIsTheSameAfterItWasAFloat() {
        for (std::uint32_t bits = 0; bits < 65536; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            const float value = floatFromHalf(half);
            if (std::isnan(value)) {
                QVERIFY((half & 0x7c00u) == 0x7c00u && (half & 0x3ffu) != 0);
                QVERIFY(std::isnan(floatFromHalf(halfFromFloat(value))));
            } else {
                QCOMPARE(halfFromFloat(value), half);
            }
        }
        QCOMPARE(floatFromHalf(0x3c00), 1.0f);
        QCOMPARE(floatFromHalf(0xc000), -2.0f);
        QCOMPARE(floatFromHalf(0x7bff), 65504.0f);
        QCOMPARE(floatFromHalf(0x0001), 0x1p-24f);
    }
    void floatsBecomeTheNearestHalf() {
        // Against the definition: no half is nearer, and of two that are equally near it is the even one.
        for (std::uint32_t i = 0; i < 20000; ++i) {
            const auto random = philox(11, {i, 0, 0, 0});
            const float value = std::ldexp(float(random[0]) / 4294967296.0f + 1, int(random[1] % 44) - 28) *
                                (random[2] % 2 == 0 ? 1.0f : -1.0f);
            const std::uint16_t half = halfFromFloat(value);
            if (std::abs(value) >= 65520) {
                QVERIFY(std::isinf(floatFromHalf(half)));
                continue;
            }
            const double own = std::abs(double(floatFromHalf(half)) - double(value));
            for (const int step : {-1, 1}) {
                const int magnitude = (half & 0x7fff) + step;
                if (magnitude < 0 || magnitude >= 0x7c00) continue;
                const auto other = static_cast<std::uint16_t>((half & 0x8000) | magnitude);
                QVERIFY(own <= std::abs(double(floatFromHalf(other)) - double(value)));
            }
        }
        QCOMPARE(halfFromFloat(1 + 0x1p-11f), std::uint16_t(0x3c00));
        QCOMPARE(halfFromFloat(1 + 3 * 0x1p-11f), std::uint16_t(0x3c02));
        QCOMPARE(halfFromFloat(0x1p-25f), std::uint16_t(0));
        QCOMPARE(halfFromFloat(3 * 0x1p-25f), std::uint16_t(2));
    }

    void theLossScaleGrowsWhileAllGoesWell() {
        LossScale scale;
        for (std::int64_t i = 0; i < LossScale::patience; ++i) {
            QCOMPARE(scale.factor, 65536.0f);
            scale.observe(false);
        }
        QCOMPARE(scale.factor, 131072.0f);
        scale.observe(true);
        QCOMPARE(scale.factor, 65536.0f);
        for (int i = 0; i < 100; ++i) scale.observe(true);
        QCOMPARE(scale.factor, LossScale::least);
    }

    void replicasThatTrainTogetherAgreeAboutTheLossScale() {
        const OptimizerType& type = *findOptimizerType("adam");
        const auto otherDevice = openTestDevice(TestBody::tiled, {.float16 = true});
        auto a = mixedReplica(*m_device, type, 1, true), b = mixedReplica(*otherDevice, type, 1, true);
        QVERIFY2(a.ok() && b.ok(), a ? "" : a.error().message.c_str());
        for (const auto& replica : {a->get(), b->get()}) replica->setLossScale({.factor = 0x1p24f});
        ReplicaGroup group({a->get(), b->get()}, {});
        const auto weights = *(*a)->readWeights();
        StepScalars scalars;
        scalars.learningRate = 1e-3f;
        // One shard: the second replica has no part in any step, and still has to follow.
        const float before = (*a)->lossScale().factor;
        QVERIFY(group.train(someBatch(), scalars, 1).ok());
        QVERIFY(group.collect().ok());
        QCOMPARE((*a)->lossScale().factor, before / 2);
        QCOMPARE((*b)->lossScale().factor, before / 2);
        QCOMPARE(*(*a)->readWeights(), weights);
        QCOMPARE(*(*b)->readWeights(), weights);
        for (const auto& replica : {a->get(), b->get()}) replica->setLossScale({.factor = 1024});
        QVERIFY(group.train(someBatch(), scalars, 2).ok());
        QVERIFY(group.collect().ok());
        QVERIFY(*(*a)->readWeights() != weights);
        QCOMPARE(*(*a)->readWeights(), *(*b)->readWeights());
    }

    void aReplicaThatTrainsWithOthersTakesTheScaleOffThatItPutOn() {
        // The scale has just changed, so that there are two to choose from.
        const LossScale changed{.factor = 2048, .before = 1024};
        const OptimizerType& sgd = *findOptimizerType("sgd");
        auto alone = mixedReplica(*m_device, sgd), shared = mixedReplica(*m_device, sgd, 1, true);
        QVERIFY2(alone.ok() && shared.ok(), "the replicas were not made");
        for (const auto& replica : {alone->get(), shared->get()}) replica->setLossScale(changed);
        QVERIFY(oneStep(**alone, 1).ok());
        StepScalars scalars;
        scalars.learningRate = 1e-3f;
        QVERIFY((*shared)->train(someBatch(), scalars, 1).ok());
        QVERIFY((*shared)->collect().ok());
        const auto gradients = (*shared)->gradients();
        QVERIFY(gradients.ok());
        QVERIFY((*shared)->update(*gradients, (*shared)->statistics(), scalars, 1).ok());
        QCOMPARE(*(*shared)->readWeights(), *(*alone)->readWeights());
    }

    void aStepWithTooLargeGradientsIsLeftOutAndTheScaleShrinks_data() {
        QTest::addColumn<QString>("optimizer");
        for (const OptimizerType* type : optimizerTypes())
            QTest::addRow("%s", std::string(type->name).c_str()) << QString::fromStdString(std::string(type->name));
    }
    void aStepWithTooLargeGradientsIsLeftOutAndTheScaleShrinks() {
        QFETCH(QString, optimizer);
        const OptimizerType& type = *findOptimizerType(optimizer.toStdString());
        auto replica = mixedReplica(*m_device, type);
        QVERIFY2(replica.ok(), replica ? "" : replica.error().message.c_str());
        (*replica)->setLossScale({.factor = 0x1p24f});  // 2^24 / 8 samples x (1 - p) is more than 65504
        const auto weights = *(*replica)->readWeights();
        std::int64_t step = 1;
        for (; (*replica)->lossScale().factor > 65536 && step < 20; ++step) {
            const float before = (*replica)->lossScale().factor;
            QVERIFY(oneStep(**replica, step).ok());
            if ((*replica)->lossScale().factor == before) break;
            QCOMPARE((*replica)->lossScale().factor, before / 2);
            QCOMPARE(*(*replica)->readWeights(), weights);
            for (std::size_t i = 0; i < type.state.size(); ++i) {
                const auto state = *(*replica)->readState(int(i));
                QVERIFY(std::ranges::all_of(state, [](float value) { return value == 0; }));
            }
        }
        QVERIFY(step > 3);  // it happened
        QVERIFY(oneStep(**replica, step).ok());
        QVERIFY(*(*replica)->readWeights() != weights);
        const auto after = *(*replica)->readWeights();
        QVERIFY(std::ranges::all_of(after, [](float value) { return std::isfinite(value); }));
    }

    void batchesThatAreAddedUpShareOneScale() {
        auto added = mixedReplica(*m_device, *findOptimizerType("sgd"), 2);
        QVERIFY2(added.ok(), added ? "" : added.error().message.c_str());
        QVERIFY(oneStep(**added, 1, {.first = true, .last = false, .groupCount = 2 * rows}).ok());
        (*added)->setLossScale({.factor = 1024});  // as if an update had shrunk it in between
        QVERIFY(oneStep(**added, 1, {.first = false, .last = true, .groupCount = 2 * rows}).ok());
        const auto both = *(*added)->readGradients();
        auto alone = mixedReplica(*m_device, *findOptimizerType("sgd"));
        QVERIFY(oneStep(**alone, 1).ok());
        const auto one = *(*alone)->readGradients();
        for (std::size_t i = 0; i < one.size(); ++i)  // the same batch twice: the same mean
            QVERIFY(std::abs(both[i] - one[i]) <= 1e-3f * std::max(std::abs(one[i]), 1e-2f));
    }

    void aRunThatStopsWhileTheScaleChangesGoesOnTheSameWay() {
        const OptimizerType& sgd = *findOptimizerType("sgd");
        constexpr int steps = 12;
        // Two batches under way at a time, as training has them.
        auto whole = mixedReplica(*m_device, sgd);
        QVERIFY2(whole.ok(), whole ? "" : whole.error().message.c_str());
        (*whole)->setLossScale({.factor = 0x1p22f});
        for (int step = 1; step <= steps; ++step) {
            if ((*whole)->underway() == Replica::slotCount) QVERIFY((*whole)->collect().ok());
            StepScalars scalars;
            scalars.learningRate = 1e-3f;
            QVERIFY((*whole)->train(someBatch(), scalars, step).ok());
        }
        while ((*whole)->underway() > 0) QVERIFY((*whole)->collect().ok());
        const float settled = (*whole)->lossScale().factor;
        QVERIFY(settled < 0x1p22f);
        // Stopped after every step, and once with a checkpoint.
        auto first = mixedReplica(*m_device, sgd), second = mixedReplica(*m_device, sgd);
        (*first)->setLossScale({.factor = 0x1p22f});
        for (int step = 1; step <= 3; ++step) QVERIFY(oneStep(**first, step).ok());
        const auto file = makeCheckpoint(**first, sgd, {}, false);
        QVERIFY(file.ok());
        QVERIFY(restoreCheckpoint(**second, sgd, *file, false).ok());
        for (int step = 4; step <= steps; ++step) QVERIFY(oneStep(**second, step).ok());
        QCOMPARE((*second)->lossScale().factor, settled);
        QCOMPARE(*(*second)->readWeights(), *(*whole)->readWeights());
    }

    void aCheckpointKeepsTheLossScale() {
        const OptimizerType& adam = *findOptimizerType("adam");
        auto replica = mixedReplica(*m_device, adam), other = mixedReplica(*m_device, adam);
        QVERIFY(replica.ok() && other.ok());
        (*replica)->setLossScale({.factor = 512, .wentWell = 123, .before = 1024});
        auto file = makeCheckpoint(**replica, adam, {}, false);
        QVERIFY(file.ok());
        QVERIFY(restoreCheckpoint(**other, adam, *file, false).ok());
        QCOMPARE((*other)->lossScale().factor, 512.0f);
        QCOMPARE((*other)->lossScale().wentWell, std::int64_t(123));
        QCOMPARE((*other)->lossScale().before, 1024.0f);
        for (const char* text :
             {"{}", "[", R"({"factor": 0, "wentWell": 1, "before": 1})",
              R"({"factor": 1e30, "wentWell": 1, "before": 1})", R"({"factor": 1, "wentWell": 1, "before": 0})"}) {
            file->metadata["lossScale"] = text;
            QVERIFY(!restoreCheckpoint(**other, adam, *file, false).ok());
        }
    }

    void valuesTakeHalfTheMemory() {
        const auto graph = graphFromTemplate("resnet20", {32, 32, 3});
        PlanRequest request{.input = {32, 32, 3}, .classes = 10, .batch = 32};
        const auto single = makePlan(*graph, request);
        request.values = ElementType::float16;
        const auto half = makePlan(*graph, request);
        QVERIFY(half->activationFloats > single->activationFloats / 2);  // statistics stay
        QVERIFY(double(half->activationFloats) < 0.51 * double(single->activationFloats));
        QCOMPARE(half->weightBytes, single->weightBytes);
    }

    void aDeviceWithoutHalfPrecisionSaysSo() {
        const auto cpu = openTestDevice(TestBody::cpu);
        const auto replica = mixedReplica(*cpu, *findOptimizerType("adam"));
        QVERIFY(!replica.ok());
        QVERIFY(replica.error().message.find("half precision") != std::string::npos);
    }

    void evaluationAnswersInSinglePrecision() {
        auto replica = mixedReplica(*m_device, *findOptimizerType("adam"));
        QVERIFY(replica.ok());
        const auto answers = (*replica)->probabilities(someBatch());
        QVERIFY2(answers.ok(), answers ? "" : answers.error().message.c_str());
        for (std::int64_t i = 0; i < rows; ++i) {
            double sum = 0;
            for (std::int64_t j = 0; j < classes; ++j) sum += double((*answers)[std::size_t(i * classes + j)]);
            QVERIFY(std::abs(sum - 1) < 1e-6);
        }
    }
};

QTEST_GUILESS_MAIN(TstMixedPrecision)
#include "tst_mixed_precision.moc"
