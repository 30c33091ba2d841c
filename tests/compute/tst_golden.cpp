// Ten training steps of a small MLP against the same ten steps of PyTorch (tests/golden/make_mlp_losses.py).
#include <QFile>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

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

/// A weight in double precision with what an optimizer keeps of it.
struct PlainWeight {
    std::string name;
    std::vector<double> w, g, m, v;
    bool decays;
};

/// The golden network: x W1 + b1, ReLU, W2 + b2, softmax and cross-entropy.
struct PlainNetwork {
    const json& golden;
    std::vector<PlainWeight> weights{};
    std::size_t features, hidden = golden["hidden"], classes = golden["classes"];

    explicit PlainNetwork(const json& values)
        : golden(values),
          features(values["height"].get<std::size_t>() * values["width"].get<std::size_t>() *
                   values["channels"].get<std::size_t>()) {
        for (const char* name : {"dense1.weight", "dense1.bias", "scores.weight", "scores.bias"}) {
            const auto w = golden["start"][name].get<std::vector<double>>();
            const std::vector<double> zero(w.size(), 0.0);
            weights.push_back({name, w, zero, zero, zero, std::string_view(name).ends_with("weight")});
        }
    }

    /// Mean loss of the batch of a step; leaves gradients in the weights.
    double backward(std::size_t step) {
        const auto labels = golden["labels"][step].get<std::vector<std::size_t>>();
        const auto pixels = golden["pixels"][step].get<std::vector<double>>();
        double loss = 0;
        for (PlainWeight& weight : weights) std::fill(weight.g.begin(), weight.g.end(), 0.0);
        for (std::size_t sample = 0; sample < labels.size(); ++sample) {
            std::vector<double> x(features), h = weights[1].w, z = weights[3].w, dH(hidden, 0.0);
            for (std::size_t i = 0; i < features; ++i)
                x[i] = (pixels[sample * features + i] - golden["mean"][i % 3].get<double>()) /
                       golden["deviation"][i % 3].get<double>();
            for (std::size_t i = 0; i < features; ++i)
                for (std::size_t j = 0; j < hidden; ++j) h[j] += x[i] * weights[0].w[i * hidden + j];
            for (double& value : h) value = std::max(value, 0.0);
            for (std::size_t j = 0; j < hidden; ++j)
                for (std::size_t k = 0; k < classes; ++k) z[k] += h[j] * weights[2].w[j * classes + k];
            double sum = 0;
            for (const double value : z) sum += std::exp(value);
            loss += std::log(sum) - z[labels[sample]];
            for (std::size_t k = 0; k < classes; ++k) {
                const double dZ = (std::exp(z[k]) / sum - (k == labels[sample] ? 1 : 0)) / double(labels.size());
                weights[3].g[k] += dZ;
                for (std::size_t j = 0; j < hidden; ++j) {
                    weights[2].g[j * classes + k] += h[j] * dZ;
                    dH[j] += h[j] > 0 ? weights[2].w[j * classes + k] * dZ : 0;
                }
            }
            for (std::size_t j = 0; j < hidden; ++j) {
                weights[1].g[j] += dH[j];
                for (std::size_t i = 0; i < features; ++i) weights[0].g[i * hidden + j] += x[i] * dH[j];
            }
        }
        return loss / double(labels.size());
    }
};

/// You et al. 2020, algorithm 2, with the identity for phi.
void stepOfLamb(PlainWeight& weight, double rate, double decay, double t) {
    std::vector<double> u(weight.w.size());
    double weightSquares = 0, updateSquares = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        weight.m[i] = 0.9 * weight.m[i] + 0.1 * weight.g[i];
        weight.v[i] = 0.999 * weight.v[i] + 0.001 * weight.g[i] * weight.g[i];
        u[i] = weight.m[i] / (1 - std::pow(0.9, t)) / (std::sqrt(weight.v[i] / (1 - std::pow(0.999, t))) + 1e-6) +
               (weight.decays ? decay : 0) * weight.w[i];
        weightSquares += weight.w[i] * weight.w[i];
        updateSquares += u[i] * u[i];
    }
    for (std::size_t i = 0; i < u.size(); ++i) weight.w[i] -= rate * std::sqrt(weightSquares / updateSquares) * u[i];
}

/// Chen et al. 2023, algorithm 2.
void stepOfLion(PlainWeight& weight, double rate, double decay, double) {
    for (std::size_t i = 0; i < weight.w.size(); ++i) {
        const double c = 0.9 * weight.m[i] + 0.1 * weight.g[i];
        weight.w[i] -= rate * ((c > 0 ? 1 : c < 0 ? -1 : 0) + (weight.decays ? decay : 0) * weight.w[i]);
        weight.m[i] = 0.99 * weight.m[i] + 0.01 * weight.g[i];
    }
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
        QTest::addColumn<QString>("params");
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("body");
        for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu}) {
            const auto row = [&](const char* golden, const char* optimizer, const char* params, double rate) {
                QTest::addRow("%s %s", golden, nameOf(body)) << golden << optimizer << params << rate << int(body);
            };
            row("adam", "adam", "{}", 0.01);
            row("adam_decay", "adam", R"({"weight_decay": 0.1})", 0.01);
            row("adamw", "adamw", R"({"weight_decay": 0.1})", 0.01);
            row("sgd", "sgd", "{}", 0.05);
            row("sgd_nesterov", "sgd", R"({"nesterov": true})", 0.05);
            row("sgd_decay", "sgd", R"({"weight_decay": 0.1})", 0.05);
            row("rmsprop", "rmsprop", R"({"rho": 0.9, "momentum": 0.5, "weight_decay": 0.1})", 0.005);
        }
    }
    void tenStepsGiveTheLossesOfPyTorch() {
        QFETCH(QString, golden);
        QFETCH(QString, optimizer);
        QFETCH(QString, params);
        QFETCH(double, rate);
        QFETCH(int, body);
        const Outcome outcome = train(TestBody(body), optimizer.toStdString(), json::parse(params.toStdString()), rate);
        const json& expected = m_golden[golden.toStdString()];
        QVERIFY(largestDifference(outcome.losses, expected["losses"].get<std::vector<double>>()) < 1e-5);
        QVERIFY(largestDifference(asDoubles(outcome.weights), asDoubles(arenaOf(outcome.plan, expected["weights"]))) <
                2e-5);
    }

    // PyTorch has neither, so these are held against plain loops in double precision.
    void tenStepsGiveTheLossesOfPlainLoops_data() {
        QTest::addColumn<QString>("optimizer");
        QTest::addColumn<double>("rate");
        QTest::addColumn<int>("body");
        for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu}) {
            QTest::addRow("lamb %s", nameOf(body)) << "lamb" << 0.05 << int(body);
            QTest::addRow("lion %s", nameOf(body)) << "lion" << 0.005 << int(body);
        }
    }
    void tenStepsGiveTheLossesOfPlainLoops() {
        QFETCH(QString, optimizer);
        QFETCH(double, rate);
        QFETCH(int, body);
        const Outcome outcome = train(TestBody(body), optimizer.toStdString(), {{"weight_decay", 0.1}}, rate);
        PlainNetwork plain(m_golden);
        std::vector<double> losses;
        for (std::size_t step = 0; step < m_golden["labels"].size(); ++step) {
            losses.push_back(plain.backward(step));
            for (PlainWeight& weight : plain.weights)
                (optimizer == "lamb" ? stepOfLamb : stepOfLion)(weight, float(rate), 0.1, double(step) + 1);
        }
        QVERIFY(std::abs(losses.front() - m_golden["adam"]["losses"][0].get<double>()) < 1e-5);  // before any step
        QVERIFY(largestDifference(outcome.losses, losses) < 1e-5);
        json weights;
        for (const PlainWeight& weight : plain.weights) weights[weight.name] = weight.w;
        QVERIFY(largestDifference(asDoubles(outcome.weights), asDoubles(arenaOf(outcome.plan, weights))) < 2e-5);
    }

  private:
    struct Outcome {
        Plan plan;
        std::vector<double> losses;  ///< before each step
        std::vector<float> weights;  ///< after the last
    };

    Outcome train(TestBody body, const std::string& optimizer, const json& params, double rate) {
        const auto device = openTestDevice(body);
        const OptimizerType* type = findOptimizerType(optimizer);
        const Shape input{m_golden["height"].get<int>(), m_golden["width"].get<int>(), m_golden["channels"].get<int>()};
        const auto batchSize = m_golden["batch"].get<std::int64_t>();
        // Room for more than the batch: rows that do not count must change nothing.
        Outcome outcome{*makePlan(network(m_golden["hidden"]),
                                  {input, m_golden["classes"], batchSize + 3, int(type->state.size())}),
                        {},
                        {}};
        auto created = Replica::create(
            *device, outcome.plan, {type, *resolveParams(type->params, params, "optimizer")},
            {m_golden["mean"].get<std::vector<float>>(), m_golden["deviation"].get<std::vector<float>>()});
        if (!created) qFatal("%s", created.error().message.c_str());
        const auto replica = *std::move(created);
        if (!replica->writeWeights(arenaOf(outcome.plan, m_golden["start"])).ok()) return outcome;
        for (std::size_t step = 0; step < m_golden["labels"].size(); ++step) {
            Batch batch{.rows = batchSize + 3,
                        .listed = batchSize,
                        .count = std::uint32_t(batchSize),
                        .pixels = m_golden["pixels"][step],
                        .labels = m_golden["labels"][step]};
            batch.pixels.resize(std::size_t(batch.rows * input.size()), 255);
            batch.labels.resize(std::size_t(batch.rows), ignoredLabel);
            batch.sampleIndices.resize(std::size_t(batch.rows), 0);
            StepScalars scalars;
            scalars.learningRate = float(rate);
            if (!replica->train(batch, scalars, std::int64_t(step) + 1).ok()) return outcome;
            outcome.losses.push_back(replica->collect()->lossSum / double(batchSize));
        }
        outcome.weights = *replica->readWeights();
        return outcome;
    }
};

QTEST_GUILESS_MAIN(TstGolden)
#include "tst_golden.moc"
