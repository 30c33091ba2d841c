// Small networks drawn at random: one training step on every device against the same step on the definition.
#include <QTest>
#include <cmath>
#include <map>

#include "compute/random.h"
#include "model/graph/initialise.h"
#include "model/graph/replica.h"
#include "tests/support/random_graph.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

constexpr std::int64_t classes = 5, rows = 4;

struct Outcome {
    double loss = 0;
    std::vector<float> gradients, weights;
};

Batch randomBatch(const Shape& picture, std::uint32_t seed) {
    Batch batch;
    batch.rows = batch.listed = rows;
    batch.count = rows;
    for (std::int64_t i = 0; i < rows * picture.size(); ++i)
        batch.pixels.push_back(std::uint8_t(philox(seed, {std::uint32_t(i), 1, 0, 0})[0]));
    for (std::uint32_t i = 0; i < rows; ++i) {
        batch.labels.push_back(philox(seed, {i, 2, 0, 0})[0] % classes);
        batch.sampleIndices.push_back(10 * i + seed);
    }
    return batch;
}

Result<Outcome> stepOn(Device& device, const RandomNetwork& network, std::uint32_t seed, bool recompute) {
    const OptimizerType* type = findOptimizerType("sgd");
    PlanRequest request{network.picture, classes, rows, 1};
    request.recompute = recompute;
    TRY(const Plan plan, makePlan(network.graph, request));
    const std::vector<float> scale(std::size_t(network.picture.columns()), 128.0f);
    TRY(const auto replica,
        Replica::create(device, plan, {type, *resolveParams(type->params, ParamMap(), "sgd")}, {scale, scale}));
    TRY_OK(replica->writeWeights(initialWeights(plan, seed)));
    StepScalars scalars;
    scalars.seedLow = seed;
    scalars.learningRate = 0.01f;
    TRY_OK(replica->train(randomBatch(network.picture, seed), scalars, 1));
    TRY(const StepResult result, replica->collect());
    Outcome outcome{result.lossSum, {}, {}};
    TRY(outcome.gradients, replica->readGradients());
    TRY(outcome.weights, replica->readWeights());
    return outcome;
}

/// |a - b| / |b| with Euclidean norms.
double distance(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, norm = 1e-30;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += (double(a[i]) - double(b[i])) * (double(a[i]) - double(b[i]));
        norm += double(b[i]) * double(b[i]);
    }
    return std::sqrt(difference / norm);
}

}  // namespace

class TstRandomGraphs : public QObject {
    Q_OBJECT

    std::map<TestBody, std::unique_ptr<Device>> m_devices;

    Device& device(TestBody body) {
        auto& device = m_devices[body];
        if (!device) device = openTestDevice(body);
        return *device;
    }

  private slots:
    void everyDeviceAgreesWithTheDefinition_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 24; ++seed) QTest::addRow("seed %d", seed) << seed;
    }
    void everyDeviceAgreesWithTheDefinition() {
        QFETCH(int, seed);
        const RandomNetwork network = randomNetwork(std::uint32_t(seed));
        const auto expected = stepOn(device(TestBody::reference), network, std::uint32_t(seed), false);
        QVERIFY2(expected.ok(), expected ? "" : expected.error().message.c_str());
        QVERIFY(distance(expected->gradients, std::vector<float>(expected->gradients.size(), 0.0f)) > 0);
        for (const TestBody body : {TestBody::cpu, TestBody::lane, TestBody::tiled}) {
            for (const bool recompute : {false, true}) {
                if (recompute && body != TestBody::cpu) continue;
                const auto outcome = stepOn(device(body), network, std::uint32_t(seed), recompute);
                QVERIFY2(outcome.ok(), outcome ? "" : outcome.error().message.c_str());
                QVERIFY2(std::abs(outcome->loss - expected->loss) < 1e-5 * std::abs(expected->loss), nameOf(body));
                QVERIFY2(distance(outcome->gradients, expected->gradients) < 1e-4, nameOf(body));
                QVERIFY2(distance(outcome->weights, expected->weights) < 1e-6, nameOf(body));
            }
        }
    }

    void theSameStepTwiceGivesTheSameBits() {
        for (const TestBody body : {TestBody::cpu, TestBody::lane, TestBody::tiled}) {
            const RandomNetwork network = randomNetwork(3);
            const auto first = stepOn(device(body), network, 3, false),
                       second = stepOn(device(body), network, 3, false);
            QVERIFY(first.ok() && second.ok());
            QCOMPARE(first->weights, second->weights);
        }
    }
};

QTEST_GUILESS_MAIN(TstRandomGraphs)
#include "tst_random_graphs.moc"
