// plan(): shapes, counts and places, and the sentences that say why a network can't be trained.
#include <QTest>
#include <algorithm>
#include <map>

#include "model/graph/gradient_buckets.h"
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

/// Goes through the steps of a plan with names instead of numbers: what is written is a name at a place, what is
/// overwritten is gone, and what a step reads must be there.
class SymbolicRun {
  public:
    explicit SymbolicRun(const Plan& plan) : m_plan(plan) {}

    QString run() {
        write("value", 0, layer(0).value, floatsOf(0));
        for (const PlanStep& step : m_plan.steps) {
            using Kind = PlanStep::Kind;
            if (step.kind == Kind::forward || step.kind == Kind::again) forward(step.layer, step.kind == Kind::again);
            if (step.kind == Kind::loss) loss();
            if (step.kind == Kind::backward) backward(step.layer);
        }
        return m_problem;
    }

  private:
    struct Entry {
        std::int64_t begin, end;
        std::vector<QString> names;
    };

    const LayerPlan& layer(int i) const { return m_plan.layers[std::size_t(i)]; }
    int root(int i) const { return layer(i).root; }
    std::int64_t floatsOf(int i) const {
        const Shape& shape = layer(i).output;
        return m_plan.request.batch *
               (layer(i).flat ? roundUp4(shape.size()) : shape.rows() * roundUp4(shape.columns()));
    }
    static QString nameOf(const char* what, int i) { return QString("%1 of layer %2").arg(what).arg(i); }

    Entry* find(const QString& name, Place place) {
        for (Entry& e : m_memory)
            if (e.begin == place.offset && std::ranges::find(e.names, name) != e.names.end()) return &e;
        if (m_problem.isEmpty()) m_problem = name + " is read but not there";
        return nullptr;
    }
    void read(const char* what, int i, Place place) { find(nameOf(what, i), place); }
    void write(const char* what, int i, Place place, std::int64_t floats) {
        if (!place || (place.offset + floats > m_plan.activationFloats && m_problem.isEmpty()))
            m_problem = nameOf(what, i) + " has no place";
        std::erase_if(m_memory,
                      [&](const Entry& e) { return e.begin < place.offset + floats && place.offset < e.end; });
        m_memory.push_back({place.offset, place.offset + floats, {nameOf(what, i)}});
    }
    /// Changed in place: whoever else shared it no longer finds what they expect.
    void change(const char* what, int i, Place place) {
        if (Entry* e = find(nameOf(what, i), place)) e->names = {nameOf(what, i)};
    }

    void readValue(int i, bool late) {
        const LayerPlan& r = layer(root(i));
        if (late && r.again)
            read("value again", root(i), r.again);
        else
            read("value", root(i), r.value);
    }

    void work(const char* what, int i, const std::vector<WorkShape>& shapes, const std::vector<Place>& places,
              bool writes) {
        for (std::size_t k = 0; k < places.size(); ++k) {
            const std::int64_t rows = shapes[k].rows * (shapes[k].perSample ? m_plan.request.batch : 1);
            const QByteArray name = QByteArray(what) + char('0' + k);
            if (writes)
                write(name, i, places[k], rows * roundUp4(shapes[k].columns));
            else
                read(name, i, places[k]);
        }
    }

    void forward(int i, bool again) {
        const LayerPlan& l = layer(i);
        work("scratch", i, l.scratchShapes, l.scratch, true);
        if (!again) work("saved", i, l.savedShapes, l.saved, true);
        write(again ? "value again" : "value", i, again ? l.again : l.value, floatsOf(i));
        for (const int input : l.inputs) readValue(input, again);
        work("saved", i, l.savedShapes, l.saved, false);
    }

    void loss() {
        const int scores = root(m_plan.scores());
        readValue(scores, false);
        write("gradient", scores, layer(scores).gradient, floatsOf(scores));
        readValue(scores, false);
    }

    void backward(int i) {
        const LayerPlan& l = layer(i);
        work("scratch", i, l.scratchShapes, l.gradScratch, true);
        if (l.activation && !l.type->fusesActivationGradient) change("gradient", i, l.gradient);
        for (std::size_t k = 0; k < l.inputs.size(); ++k) {
            const int source = root(l.inputs[k]);
            const LayerPlan& s = layer(source);
            if (!s.gradient) continue;
            if (l.gradientPasses[k]) {
                if (Entry* e = find(nameOf("gradient", i), l.gradient)) e->names.push_back(nameOf("gradient", source));
            } else if (l.accumulate[k]) {
                change("gradient", source, s.gradient);
            } else {
                write("gradient", source, s.gradient, floatsOf(source));
            }
        }
        // Everything must still be there when the last of them has been written.
        if (!l.type->passesGradient) read("gradient", i, l.gradient);
        if (l.type->backwardReadsInputs)
            for (const int input : l.inputs) readValue(input, true);
        if (l.type->backwardReadsOutput || l.activation) readValue(i, true);
        work("saved", i, l.savedShapes, l.saved, false);
    }

    const Plan& m_plan;
    std::vector<Entry> m_memory;
    QString m_problem;
};

}  // namespace

class TstPlan : public QObject {
    Q_OBJECT

  private slots:
    // Whoever sends gradients bucket by bucket sends each once, and none before backward is done with it.
    void bucketsHoldEveryWeightOnceInTheOrderOfBackward() {
        for (const TemplateType* type : graphTemplates()) {
            const auto plan = makePlan(*graphFromTemplate(type->name), {type->usual, 10, 4});
            QVERIFY2(plan.ok(), type->name.data());
            for (const std::int64_t floats : {std::int64_t{1}, std::int64_t{10'000}, plan->learntFloats + 1}) {
                const auto buckets = gradientBuckets(*plan, floats);
                std::map<std::int64_t, std::int64_t> parts;
                std::size_t last = 0;
                for (const GradientBucket& bucket : buckets) {
                    std::int64_t all = 0;
                    for (const auto& [offset, count] : bucket.parts) {
                        QVERIFY(parts.emplace(offset, count).second);
                        all += count;
                    }
                    QCOMPARE(all, bucket.floats);
                    QVERIFY(&bucket == &buckets.back() || all >= floats);
                    const auto at = std::ranges::find_if(plan->steps, [&](const PlanStep& step) {
                        return step.kind == PlanStep::Kind::backward && step.layer == bucket.lastLayer;
                    });
                    const auto place = std::size_t(at - plan->steps.begin());
                    QVERIFY(at != plan->steps.end() && place >= last);
                    last = place;
                }
                for (const LayerPlan& layer : plan->layers)
                    for (const WeightPlan& weight : layer.weights)
                        if (weight.learns) {
                            QVERIFY2(parts[weight.offset] == weight.floats(), weight.name.c_str());
                            parts.erase(weight.offset);
                        }
                QVERIFY(parts.empty());
                const double share = shareOfFirstBucket(*plan, buckets);
                QVERIFY(share > 0 && share <= 1);
            }
        }
    }

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

    void weightsDoNotOverlapAndAreAligned() {
        for (const TemplateType* type : graphTemplates()) {
            const auto plan = makePlan(*graphFromTemplate(type->name), {type->usual, 11, 2, 2});
            QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
            std::vector<Stretch> weights;
            for (const LayerPlan& l : plan->layers) {
                for (const WeightPlan& w : l.weights) {
                    weights.push_back({w.offset, w.offset + w.floats()});
                    QCOMPARE(w.offset * 4 % tensorAlignmentBytes, 0);
                    QVERIFY(w.offset + w.floats() <= (w.learns ? plan->learntFloats : plan->parameterFloats));
                    QVERIFY(w.learns || w.offset >= plan->learntFloats);
                }
            }
            QVERIFY(!overlap(weights));
        }
    }

    void everyStepFindsWhatItReads_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("recompute");
        for (const TemplateType* type : graphTemplates()) {
            const QString name = QString::fromStdString(std::string(type->name));
            QTest::addRow("%s", qPrintable(name)) << name << false;
            QTest::addRow("%s recomputing", qPrintable(name)) << name << true;
        }
    }
    void everyStepFindsWhatItReads() {
        QFETCH(QString, name);
        QFETCH(bool, recompute);
        PlanRequest asked{Shape{32, 32, 3}, 7, 3, 2};
        asked.recompute = recompute;
        const auto plan = makePlan(*graphFromTemplate(name.toStdString(), asked.input), asked);
        QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
        const QString problem = SymbolicRun(*plan).run();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void branchesThatHandOneGradientOnDoNotDisturbEachOther() {
        // The second addition's other branch is computed before the first addition's, so its gradient is read later.
        Graph graph;
        graph.name = "branches";
        const auto add = [&](const char* layerName, const char* type, std::vector<std::string> inputs,
                             ParamMap params = {}) {
            graph.layers.push_back({layerName, type, std::move(inputs), std::move(params)});
        };
        const ParamMap eight{{"units", std::int64_t{8}}};
        add("input", "input", {});
        add("flatten", "flatten", {"input"});
        add("start", "dense", {"flatten"}, eight);
        add("early", "dense", {"start"}, eight);
        add("side", "dense", {"start"}, eight);
        add("sum1", "add", {"side", "start"});
        add("more", "dense", {"sum1"}, eight);
        add("sum2", "add", {"early", "sum1"});
        add("sum3", "add", {"sum2", "more"});
        add("relu", "relu", {"sum3"});
        add("scores", "dense", {"relu"}, {{"units", std::int64_t{0}}});
        add("softmax", "softmax", {"scores"});
        const auto plan = makePlan(graph, {Shape{3, 3, 1}, 5, 4, 2});
        QVERIFY2(plan.ok(), plan ? "" : plan.error().message.c_str());
        const QString problem = SymbolicRun(*plan).run();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void sharingAndRecomputingSaveMemory() {
        const Graph graph = *graphFromTemplate("resnet18");
        PlanRequest asked{Shape{64, 64, 3}, 100, 16, 2};
        const auto plain = makePlan(graph, asked);
        asked.recompute = true;
        const auto saving = makePlan(graph, asked);
        QVERIFY(plain.ok() && saving.ok());
        std::int64_t all = 0;
        for (const LayerPlan& l : plain->layers) all += l.activationBytes;
        QVERIFY(plain->activationBytes < all * 3 / 4);
        QVERIFY(saving->activationBytes < plain->activationBytes * 85 / 100);
        asked.recompute = asked.training = false;
        QVERIFY(makePlan(graph, asked)->activationBytes < plain->activationBytes / 3);
    }

    void theLargestBatchIsTheLastThatFits() {
        const PlanRequest asked{Shape{28, 28, 1}, 10, 1, 2};
        PlanRequest limit = asked;
        limit.batch = 100;
        const std::int64_t bytes = makePlan(mlp(), limit)->totalBytes();
        const std::int64_t batch = largestBatch(mlp(), asked, bytes);
        QVERIFY(batch >= 100);
        limit.batch = batch + 1;
        QVERIFY(makePlan(mlp(), limit)->totalBytes() > bytes);
        QCOMPARE(largestBatch(mlp(), asked, 1000), 0);
        QCOMPARE(largestBatch(mlp(), asked, bytes, 64), 64);
    }

    void noGradientIsKeptWhereNobodyLearns() {
        const auto plan = makePlan(mlp(), request);
        QVERIFY(!plan->layers[0].gradient);
        QVERIFY(!plan->layers[1].gradient);
        QVERIFY(plan->layers[2].gradient);
    }

    void aMistakeIsNamedWithItsLayerAndItsMend_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("mend");
        QTest::newRow("no flatten") << "no flatten"
                                    << "dense"
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
                                       << "relu"
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
            layers[4].inputs = {"dense"};
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
