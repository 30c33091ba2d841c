// plan(): shapes, counts and places, and the sentences that say why a network can't be trained.
#include <QTest>
#include <algorithm>

#include "model/graph/initialise.h"
#include "model/graph/plan.h"
#include "model/templates/template.h"

using namespace lemnos;

namespace {

const PlanRequest request{Shape{28, 28, 1}, 10, 32, 2};

Graph mlp() {
    return *graphFromTemplate("mlp512");
}

LayerSpec layer(const char* name, const char* type, ParamMap params = {}) {
    return {name, type, {}, std::move(params)};
}

/// A stretch of an arena, for checks of overlap.
struct Stretch {
    std::int64_t begin, end;
};

bool overlap(std::vector<Stretch> list) {
    std::sort(list.begin(), list.end(), [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < list.size(); ++i) {
        if (list[i].begin < list[i - 1].end) return true;
    }
    return false;
}

}  // namespace

class TstPlan : public QObject {
    Q_OBJECT

  private slots:
    void countsAreThoseOfTheFormula() {
        const auto plan = makePlan(mlp(), request);
        QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
        QCOMPARE(plan->parameters, std::int64_t{784 * 512 + 512 + 512 * 512 + 512 + 512 * 10 + 10});
        QCOMPARE(plan->layers[1].output, Shape{784});
        QCOMPARE(plan->layers.back().output, Shape{10});
        QVERIFY(plan->multiplyAdds >= 784 * 512 + 512 * 512 + 512 * 10);
        QVERIFY(plan->weightBytes >= plan->parameters * 4);
        QCOMPARE(plan->optimizerBytes, 2 * plan->weightBytes);
        QCOMPARE(plan->totalBytes(), plan->weightBytes + plan->gradientBytes + plan->optimizerBytes +
                                         plan->activationBytes + plan->batchBytes);
    }

    void nothingOverlapsAndEverythingIsAligned() {
        const auto plan = makePlan(mlp(), {Shape{7, 5, 3}, 11, 5, 2});
        QVERIFY(plan.ok());
        std::vector<Stretch> weights, values;
        for (const LayerPlan& l : plan->layers) {
            for (const WeightPlan& w : l.weights)
                weights.push_back({w.offset, w.offset + w.shape.rows * roundUp4(w.shape.columns)});
            const std::int64_t floats = 5 * roundUp4(l.output.size());
            if (!l.type->aliasesInput) values.push_back({l.outputOffset, l.outputOffset + floats});
            if (!l.type->aliasesInput && l.gradientOffset >= 0)
                values.push_back({l.gradientOffset, l.gradientOffset + floats});
        }
        QVERIFY(!overlap(weights));
        QVERIFY(!overlap(values));
        for (const auto& list : {weights, values})
            for (const Stretch& s : list) QCOMPARE(s.begin * 4 % tensorAlignmentBytes, 0);
        for (const Stretch& s : weights) QVERIFY(s.end <= plan->parameterFloats);
        for (const Stretch& s : values) QVERIFY(s.end <= plan->activationFloats);
    }

    void noGradientIsKeptWhereNobodyLearns() {
        const auto plan = makePlan(mlp(), request);
        QCOMPARE(plan->layers[0].gradientOffset, -1);
        QCOMPARE(plan->layers[1].gradientOffset, -1);
        QVERIFY(plan->layers[2].gradientOffset >= 0);
    }

    void aMistakeIsNamedWithItsLayerAndItsMend_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("mend");
        QTest::newRow("no flatten") << "no flatten"
                                    << "dense1"
                                    << "flatten";
        QTest::newRow("no softmax") << "no softmax"
                                    << "scores"
                                    << "softmax";
        QTest::newRow("wrong units") << "wrong units"
                                     << "scores"
                                     << "units";
        QTest::newRow("no input") << "no input"
                                  << "flatten"
                                  << "input";
        QTest::newRow("late input") << "late input"
                                    << "input2"
                                    << "first";
        QTest::newRow("dead end") << "dead end"
                                  << "extra"
                                  << "remove";
        QTest::newRow("nothing to learn") << "nothing to learn"
                                          << "softmax"
                                          << "dense";
        QTest::newRow("huge") << "huge"
                              << "dense2"
                              << "lower";
        QTest::newRow("unknown input") << "unknown input"
                                       << "relu2"
                                       << "'nowhere'";
    }
    void aMistakeIsNamedWithItsLayerAndItsMend() {
        QFETCH(QString, what);
        QFETCH(QString, where);
        QFETCH(QString, mend);
        Graph graph = mlp();
        auto& layers = graph.layers;
        PlanRequest asked = request;
        if (what == "no flatten") layers.erase(layers.begin() + 1);
        if (what == "no softmax") layers.pop_back();
        if (what == "wrong units") layers[7].params["units"] = std::int64_t{9};
        if (what == "no input") layers.erase(layers.begin());
        if (what == "late input") layers.insert(layers.begin() + 2, layer("input2", "input"));
        if (what == "dead end") {
            layers.insert(layers.begin() + 3, layer("extra", "relu"));
            layers[4].inputs = {"dense1"};
        }
        if (what == "nothing to learn") {
            layers = {layer("input", "input"), layer("flatten", "flatten"), layer("softmax", "softmax")};
            asked.classes = 784;
        }
        if (what == "huge") {
            layers[2].params["units"] = layers[4].params["units"] = std::int64_t{1048576};
        }
        if (what == "unknown input") layers[5].inputs = {"nowhere"};
        const auto plan = makePlan(graph, asked);
        QVERIFY(!plan.ok());
        const QString message = QString::fromStdString(plan.error().message);
        QVERIFY2(message.contains(mend) && message.endsWith('.'), qPrintable(message));
        QVERIFY2(message.contains("'" + where + "'") || plan.error().where == where.toStdString(), qPrintable(message));
        QVERIFY(!message.contains(".."));
    }

    void aPartialPlanKeepsWhatCouldBePlanned() {
        Graph graph = mlp();
        graph.layers[4] = layer("broken", "dense", {{"units", std::int64_t{-3}}});
        const PartialPlan partial = makePartialPlan(graph, request);
        QVERIFY(partial.error.has_value());
        QCOMPARE(partial.plan.layers.size(), std::size_t(4));
        QCOMPARE(partial.plan.parameters, std::int64_t{784 * 512 + 512});
    }

    void badRequestsAreRefused() {
        QVERIFY(!makePlan(mlp(), {Shape{28, 28, 1}, 10, 0, 2}).ok());
        QVERIFY(!makePlan(mlp(), {Shape{28, 28, 1}, 10, 70000, 2}).ok());
        QVERIFY(!makePlan(mlp(), {Shape{28, 28, 1}, 1, 32, 2}).ok());
        QVERIFY(!makePlan(mlp(), {Shape{}, 10, 32, 2}).ok());
        QVERIFY(!makePlan(Graph{"empty", {}}, request).ok());
    }

    void weightsStartWithinGlorotsLimitAndBiasesAtZero() {
        const auto plan = makePlan(mlp(), request);
        const std::vector<float> arena = initialWeights(*plan, 42);
        const WeightPlan& weight = plan->layers[2].weights[0];
        const float limit = float(std::sqrt(6.0 / (784 + 512)));
        const auto begin = arena.begin() + weight.offset, end = begin + 784 * 512;
        const auto [least, most] = std::minmax_element(begin, end);
        QVERIFY(*least >= -limit && *least<-0.99f * limit&& * most <= limit&& * most> 0.99f * limit);
        double mean = 0;
        for (auto it = begin; it != end; ++it) mean += double(*it);
        QVERIFY(std::abs(mean / (784 * 512)) < 5 * double(limit) / std::sqrt(3.0 * 784 * 512));
        const WeightPlan& bias = plan->layers[2].weights[1];
        QVERIFY(std::all_of(arena.begin() + bias.offset, arena.begin() + bias.offset + 512,
                            [](float x) { return x == 0; }));
        QVERIFY(initialWeights(*plan, 42) == arena);
        QVERIFY(initialWeights(*plan, 43) != arena);
    }

    void paddingOfWeightsStartsAtZero() {
        const auto plan = makePlan(mlp(), request);
        const std::vector<float> arena = initialWeights(*plan, 1);
        const WeightPlan& scores = plan->layers[7].weights[0];
        for (std::int64_t row = 0; row < scores.shape.rows; ++row)
            for (std::int64_t column = 10; column < 12; ++column)
                QCOMPARE(arena[std::size_t(scores.offset + row * 12 + column)], 0.0f);
    }
};

QTEST_GUILESS_MAIN(TstPlan)
#include "tst_plan.moc"
