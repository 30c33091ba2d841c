// Ten training steps of whole networks against the same ten steps of PyTorch in double precision
// (tests/golden/make_network_losses.py).
#include <QFile>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/graph/replica.h"
#include "model/graph/weight_layout.h"
#include "model/templates/template.h"
#include "tests/support/test_device.h"

using namespace lemnos;
using nlohmann::json;

namespace {

/// As in the script: numbers from [0, 1), exact in single precision.
std::vector<double> numbers(std::size_t count, std::uint64_t seed) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto h = static_cast<std::uint32_t>(i * 2654435761u + seed * 40503u);
        h = (h ^ h >> 16) * 0x85EBCA6Bu;
        h = (h ^ h >> 13) * 0xC2B2AE35u;
        h ^= h >> 16;
        values[i] = double(h >> 8) / (1 << 24);
    }
    return values;
}

/// The arena of weights that the script begins with.
std::vector<float> startOf(const Plan& plan) {
    std::vector<float> arena(std::size_t(plan.parameterFloats), 0.0f);
    std::uint64_t index = 0;
    for (const LayerPlan& layer : plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            const auto count = std::size_t(fileRows(weight.shape) * weight.shape.columns);
            std::vector<float> values(count, weight.shape.initialiser == Initialiser::one ? 1.0f : 0.0f);
            if (weight.shape.dims.size() > 1) {
                const double limit = std::sqrt(3.0 / double(fileRows(weight.shape)));
                const auto drawn = numbers(count, index);
                for (std::size_t i = 0; i < count; ++i) values[i] = float((2 * drawn[i] - 1) * limit);
            }
            packWeight(weight.shape, values.data(), arena.data() + weight.offset);
            ++index;
        }
    }
    return arena;
}

Batch batchOf(std::int64_t rows, const Shape& picture, std::int64_t classes, std::uint64_t step) {
    Batch batch;
    batch.rows = batch.listed = rows;
    batch.count = std::uint32_t(rows);
    for (const double x : numbers(std::size_t(rows * picture.size()), 1000 + step))
        batch.pixels.push_back(std::uint8_t(x * 256));
    for (const double x : numbers(std::size_t(rows), 2000 + step))
        batch.labels.push_back(std::uint32_t(x * double(classes)));
    batch.sampleIndices.assign(std::size_t(rows), 0);
    return batch;
}

}  // namespace

class TstGoldenNetworks : public QObject {
    Q_OBJECT

    json m_golden;

  private slots:
    void initTestCase() {
        QFile file(LEMNOS_SOURCE_DIR "/tests/golden/network_losses.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_golden = json::parse(file.readAll().toStdString());
    }

    void tenStepsGiveTheLossesOfPyTorch_data() {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("optimizer");
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("body");
        QTest::addColumn<bool>("recompute");
        QTest::addColumn<double>("tolerance");
        for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu}) {
            const auto row = [&](const char* network, const char* optimizer, double rate, bool recompute = false,
                                 double tolerance = 1e-5) {
                QTest::addRow("%s %s%s%s", network, nameOf(body), recompute ? " recomputing" : "",
                              tolerance > 1e-5 ? " mixed" : "")
                    << network << optimizer << rate << int(body) << recompute << tolerance;
            };
            row("small_cnn", "adam", 1e-3);
            row("resnet20", "sgd", 0.002);
            row("vit_tiny", "adamw", 1e-3);
            if (body == TestBody::cpu) row("resnet20", "sgd", 0.002, true);
            if (body != TestBody::tiled) continue;
            // Half precision has 11 binary digits, and every step makes differences grow.
            row("small_cnn", "adam", 1e-3, false, 5e-3);
            row("resnet20", "sgd", 0.002, false, 5e-3);
            row("vit_tiny", "adamw", 1e-3, false, 5e-3);
        }
    }
    void tenStepsGiveTheLossesOfPyTorch() {
        QFETCH(QString, network);
        QFETCH(QString, optimizer);
        QFETCH(double, rate);
        QFETCH(int, body);
        QFETCH(bool, recompute);
        QFETCH(double, tolerance);
        const auto device = openTestDevice(TestBody(body));
        const OptimizerType* type = findOptimizerType(optimizer.toStdString());
        ParamMap given;
        if (optimizer == "adamw") given["weight_decay"] = 0.05;
        const Shape picture{m_golden["side"].get<int>(), m_golden["side"].get<int>(), 3};
        const auto classes = m_golden["classes"].get<std::int64_t>(), rows = m_golden["batch"].get<std::int64_t>();
        ParamMap templateParams;
        if (network == "vit_tiny") templateParams = {{"depth", std::int64_t{2}}, {"patch", std::int64_t{4}}};
        const auto graph = graphFromTemplate(network.toStdString(), picture, templateParams);
        QVERIFY2(graph.ok(), graph ? "" : graph.error().message.c_str());
        PlanRequest request{picture, classes, rows, int(type->state.size())};
        request.recompute = recompute;
        if (tolerance > 1e-5) request.values = ElementType::float16;
        const auto plan = makePlan(*graph, request);
        QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
        const std::vector<float> mean(3, m_golden["mean"]), deviation(3, m_golden["deviation"]);
        auto replica = Replica::create(*device, *plan, {type, *resolveParams(type->params, given, "optimizer")},
                                       {mean, deviation});
        QVERIFY2(replica.ok(), replica ? "" : replica.error().message.c_str());
        QVERIFY((*replica)->writeWeights(startOf(*plan)).ok());

        const json& expected = m_golden[network.toStdString()];
        const auto losses = expected["losses"].get<std::vector<double>>();
        for (std::size_t step = 0; step < losses.size(); ++step) {
            StepScalars scalars;
            scalars.learningRate = float(rate);
            QVERIFY((*replica)->train(batchOf(rows, picture, classes, step), scalars, std::int64_t(step) + 1).ok());
            const auto result = (*replica)->collect();
            QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
            const double loss = result->lossSum / double(rows);
            QVERIFY2(
                std::abs(loss - losses[step]) <
                    (tolerance > 1e-5 ? tolerance * double(step + 1) : tolerance) * losses[step],
                qPrintable(
                    QString("step %1: %2 instead of %3").arg(step).arg(loss, 0, 'g', 9).arg(losses[step], 0, 'g', 9)));
        }
        const auto weights = (*replica)->readWeights();
        QVERIFY(weights.ok());
        double sum = 0;
        for (std::int64_t i = 0; i < plan->learntFloats; ++i) sum += std::abs(double((*weights)[std::size_t(i)]));
        QVERIFY(std::abs(sum / expected["weight_sum"].get<double>() - 1) < std::max(2 * tolerance, 1e-4));
    }
};

QTEST_GUILESS_MAIN(TstGoldenNetworks)
#include "tst_golden_networks.moc"
