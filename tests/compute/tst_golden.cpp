// Ten training steps of a small MLP against the same ten steps of PyTorch (tests/golden/make_mlp_losses.py).
#include <QFile>
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/graph/replica.h"
#include "model/graph/weight_layout.h"
#include "tests/support/test_device.h"

using namespace lemnos;
using nlohmann::json;

namespace {

Graph network(std::int64_t hidden) {
    return *graphFromJson({{"format", "lemnos-graph"},
                           {"version", 1},
                           {"name", "golden"},
                           {"layers",
                            {{{"name", "input"}, {"type", "input"}},
                             {{"name", "flatten"}, {"type", "flatten"}},
                             {{"name", "dense1"}, {"type", "dense"}, {"params", {{"units", hidden}}}},
                             {{"name", "relu"}, {"type", "relu"}},
                             {{"name", "scores"}, {"type", "dense"}, {"params", {{"units", 0}}}},
                             {{"name", "softmax"}, {"type", "softmax"}}}}});
}

/// The arena of weights given by name, row-major without padding.
std::vector<float> arenaOf(const Plan& plan, const json& weights) {
    std::vector<float> arena(std::size_t(plan.parameterFloats), 0.0f);
    for (const LayerPlan& layer : plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            const auto values = weights.at(weight.name).get<std::vector<float>>();
            packWeight(weight.shape, values.data(), arena.data() + weight.offset);
        }
    }
    return arena;
}

std::vector<double> asDoubles(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

class TstGolden : public QObject {
    Q_OBJECT

    json m_golden;

  private slots:
    void initTestCase() {
        QFile file(LEMNOS_SOURCE_DIR "/tests/golden/mlp_losses.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_golden = json::parse(file.readAll().toStdString());
    }

    void tenStepsGiveTheLossesOfPyTorch_data() {
        QTest::addColumn<QString>("golden");
        QTest::addColumn<QString>("optimizer");
        QTest::addColumn<bool>("nesterov");
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("body");
        for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu}) {
            const auto row = [&](const char* golden, const char* optimizer, bool nesterov, double rate) {
                QTest::addRow("%s %s", golden, nameOf(body)) << golden << optimizer << nesterov << rate << int(body);
            };
            row("adam", "adam", false, 0.01);
            row("sgd", "sgd", false, 0.05);
            row("sgd_nesterov", "sgd", true, 0.05);
        }
    }
    void tenStepsGiveTheLossesOfPyTorch() {
        QFETCH(QString, golden);
        QFETCH(QString, optimizer);
        QFETCH(bool, nesterov);
        QFETCH(double, rate);
        QFETCH(int, body);
        const auto device = openTestDevice(TestBody(body));
        const OptimizerType* type = findOptimizerType(optimizer.toStdString());
        ParamMap given;
        if (nesterov) given["nesterov"] = true;
        const Shape input{m_golden["height"].get<int>(), m_golden["width"].get<int>(), m_golden["channels"].get<int>()};
        const auto batchSize = m_golden["batch"].get<std::int64_t>();
        // Room for more than the batch: rows that do not count must change nothing.
        const auto plan =
            makePlan(network(m_golden["hidden"]), {input, m_golden["classes"], batchSize + 3, int(type->state.size())});
        QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
        auto replica = Replica::create(
            *device, *plan, {type, *resolveParams(type->params, given, "optimizer")},
            {m_golden["mean"].get<std::vector<float>>(), m_golden["deviation"].get<std::vector<float>>()});
        QVERIFY2(replica.ok(), replica ? "" : replica.error().message.c_str());
        QVERIFY((*replica)->writeWeights(arenaOf(*plan, m_golden["start"])).ok());

        std::vector<double> losses;
        for (std::size_t step = 0; step < m_golden["labels"].size(); ++step) {
            Batch batch{
                batchSize + 3, std::uint32_t(batchSize), m_golden["pixels"][step], m_golden["labels"][step], {}};
            batch.pixels.resize(std::size_t(batch.rows * input.size()), 255);
            batch.labels.resize(std::size_t(batch.rows), ignoredLabel);
            batch.sampleIndices.resize(std::size_t(batch.rows), 0);
            StepScalars scalars;
            scalars.learningRate = float(rate);
            QVERIFY((*replica)->train(batch, scalars, std::int64_t(step) + 1).ok());
            const auto result = (*replica)->collect();
            QVERIFY(result.ok());
            QCOMPARE(result->count, batchSize);
            losses.push_back(result->lossSum / double(batchSize));
        }
        const json& expected = m_golden[golden.toStdString()];
        QVERIFY(largestDifference(losses, expected["losses"].get<std::vector<double>>()) < 1e-5);
        QVERIFY(largestDifference(asDoubles(*(*replica)->readWeights()),
                                  asDoubles(arenaOf(*plan, expected["weights"]))) < 2e-5);
    }
};

QTEST_GUILESS_MAIN(TstGolden)
#include "tst_golden.moc"
