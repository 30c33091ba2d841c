// Project and the edits of a network.
#include <QSignalSpy>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <set>

#include "app/gui/graph_edits.h"
#include "app/gui/project.h"
#include "model/templates/template.h"

using namespace lemnos;

namespace {

/// A data set that exists only in memory: `sizes` gives width and height of each picture.
OpenDataset dataset(const std::vector<std::pair<int, int>>& sizes, bool grey, int classes = 2) {
    auto index = std::make_shared<DatasetIndex>();
    index->root = "/pictures/flowers/";
    for (int i = 0; i < classes; ++i) index->classes.push_back("class" + std::to_string(i));
    index->grey = grey;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        Sample sample;
        sample.path = index->keep(std::to_string(i) + ".png");
        sample.label = std::uint32_t(i % std::size_t(classes));
        sample.width = sizes[i].first;
        sample.height = sizes[i].second;
        index->samples.push_back(sample);
    }
    return openDataset(index, 0.5);
}

std::vector<std::string> names(const Graph& graph) {
    std::vector<std::string> result;
    for (const LayerSpec& layer : graph.layers) result.push_back(layer.name);
    return result;
}

Graph chain() {
    return *graphFromTemplate("mlp256");
}

}  // namespace

class TstProject : public QObject {
    Q_OBJECT

  private slots:
    void aNewProjectHasANetworkThatPlansAndNoData() {
        const Project project;
        QVERIFY(!project.dataset());
        QVERIFY(!project.plan().error);
        QVERIFY(project.plan().plan.parameters > 0);
        QVERIFY(!project.missingForTraining().isEmpty());
        QCOMPARE(project.readiness(Step::data).state, Readiness::State::empty);
        QCOMPARE(project.readiness(Step::model).state, Readiness::State::ready);
        QCOMPARE(project.readiness(Step::exportModel).state, Readiness::State::empty);
    }

    void everyStepSaysSomething() {
        const Project project;
        for (int i = 0; i < stepCount; ++i) QVERIFY(!project.readiness(Step(i)).sentence.isEmpty());
    }

    void sizeAndColourFollowTheDataUnlessChosen_data() {
        QTest::addColumn<QList<QSize>>("sizes");
        QTest::addColumn<bool>("grey");
        QTest::addColumn<QSize>("chosen");
        QTest::addColumn<int>("channels");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("small and equal") << QList<QSize>{{28, 20}, {28, 20}} << true << QSize(0, 0) << 0
                                         << QList<int>{20, 28, 1};
        QTest::newRow("of many sizes") << QList<QSize>{{28, 20}, {28, 21}} << false << QSize(0, 0) << 0
                                       << QList<int>{64, 64, 3};
        QTest::newRow("large") << QList<QSize>{{640, 480}, {640, 480}} << false << QSize(0, 0) << 0
                               << QList<int>{64, 64, 3};
        QTest::newRow("chosen") << QList<QSize>{{28, 28}} << true << QSize(96, 48) << 3 << QList<int>{48, 96, 3};
    }

    void sizeAndColourFollowTheDataUnlessChosen() {
        QFETCH(const QList<QSize>, sizes);
        QFETCH(const bool, grey);
        QFETCH(const QSize, chosen);
        QFETCH(const int, channels);
        QFETCH(const QList<int>, expected);
        std::vector<std::pair<int, int>> list;
        for (const QSize& size : sizes) list.emplace_back(size.width(), size.height());
        Project project;
        QSignalSpy planned(&project, &Project::planChanged);
        project.setDataset(dataset(list, grey));
        project.setTrainingSize(chosen.width(), chosen.height());
        project.setChannels(channels);
        QVERIFY(planned.count() > 0);
        QCOMPARE(project.inputShape(), (Shape{expected[0], expected[1], expected[2]}));
        QCOMPARE(project.plan().plan.request.input, project.inputShape());
        QCOMPARE(project.plan().plan.request.classes, 2);
    }

    void theNameIsThatOfTheFolderEvenWithASlashBehindIt() {
        Project project;
        project.setDataset(dataset({{8, 8}}, false));
        QCOMPARE(project.name(), QString("flowers"));
    }

    void theSpecHoldsEverythingThatWasChosen() {
        Project project;
        project.setDataset(dataset({{8, 8}}, false));
        project.setTrainingSize(32, 16);
        project.setChannels(1);
        project.setDevice("vulkan:1");
        ParamMap settings = project.settings();
        settings["epochs"] = std::int64_t{3};
        settings["optimizer"] = std::string("sgd");
        project.setSettings(settings);
        const RunSpec spec = project.spec();
        QCOMPARE(spec.data.width, 32);
        QCOMPARE(spec.data.height, 16);
        QCOMPARE(spec.data.channels, 1);
        QCOMPARE(spec.device, std::string("vulkan:1"));
        QCOMPARE(intParam(spec.settings, "epochs"), 3);
        QVERIFY(spec.optimizer.contains("momentum"));
        QVERIFY(runSpecFromJson(toJson(spec)).ok());
    }

    void eachOptimizerKeepsItsOwnSettings() {
        Project project;
        ParamMap adam = project.optimizer();
        adam["beta1"] = 0.8;
        project.setOptimizer(adam);
        ParamMap settings = project.settings();
        settings["optimizer"] = std::string("sgd");
        project.setSettings(settings);
        QVERIFY(!project.optimizer().contains("beta1"));
        settings["optimizer"] = std::string("adam");
        project.setSettings(settings);
        QCOMPARE(realParam(project.optimizer(), "beta1"), 0.8);
    }

    void aLargerBatchTakesMoreMemory() {
        Project project;
        const std::int64_t before = project.plan().plan.totalBytes();
        ParamMap settings = project.settings();
        settings["batch"] = std::int64_t{4096};
        project.setSettings(settings);
        QVERIFY(project.plan().plan.totalBytes() > before);
    }

    void onlySplitSettingsDealThePicturesOutAnew() {
        Project project;
        QSignalSpy split(&project, &Project::splitOptionsChanged);
        ParamMap settings = project.settings();
        settings["epochs"] = std::int64_t{3};
        project.setSettings(settings);
        QCOMPARE(split.count(), 0);
        settings["test_share"] = 0.2;
        project.setSettings(settings);
        QCOMPARE(split.count(), 1);
    }

    void editsCanBeUndoneAndRedone() {
        Project project;
        const std::size_t before = project.graph().layers.size();
        project.editGraph(withoutLayer(project.graph(), 2), "remove");
        QCOMPARE(project.graph().layers.size(), before - 1);
        project.undoStack().undo();
        QCOMPARE(project.graph().layers.size(), before);
        project.undoStack().redo();
        QCOMPARE(project.graph().layers.size(), before - 1);
    }

    void typingInOneFieldIsUndoneInOneGo() {
        Project project;
        const auto units = [&] { return intParam(project.graph().layers[2].params, "units"); };
        const std::int64_t before = units();
        for (const std::int64_t value : {5, 51, 512}) {
            ParamMap params = project.graph().layers[2].params;
            params["units"] = value;
            project.editGraph(withParams(project.graph(), 2, params), "change", "layer");
        }
        QCOMPARE(units(), 512);
        project.undoStack().undo();
        QCOMPARE(units(), before);
    }

    void aBrokenNetworkNamesItsLayerAndStopsTraining() {
        Project project;
        project.setDataset(dataset({{28, 28}, {28, 28}}, false));
        QVERIFY(project.missingForTraining().isEmpty());
        project.editGraph(withoutLayer(project.graph(), 1), "remove flatten");
        QVERIFY(project.plan().error.has_value());
        QVERIFY(!project.plan().error->where.empty());
        QVERIFY(!project.missingForTraining().isEmpty());
        QCOMPARE(project.readiness(Step::model).state, Readiness::State::warning);
    }

    void theStepsFollowARun() {
        Project project;
        project.setDataset(dataset({{28, 28}, {28, 28}}, false));
        QCOMPARE(project.readiness(Step::train).state, Readiness::State::empty);
        project.setRun(RunState::running, "/runs/a");
        project.setHasWeights(true);
        project.setRun(RunState::finished, "/runs/a");
        QCOMPARE(project.readiness(Step::train).state, Readiness::State::ready);
        project.setExported(true);
        QCOMPARE(project.readiness(Step::exportModel).state, Readiness::State::ready);
        project.setRun(RunState::running, "/runs/b");
        QVERIFY(!project.hasWeights());
        QCOMPARE(project.readiness(Step::exportModel).state, Readiness::State::empty);
        project.setRun(RunState::failed, "/runs/b");
        QCOMPARE(project.readiness(Step::train).state, Readiness::State::warning);
    }

    void aNewLayerHasItsOwnNameAndDefaults() {
        const Graph graph = withLayer(chain(), 3, *findLayerType("relu"));
        const std::vector<std::string> all = names(graph);
        QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), all.size());
        QCOMPARE(graph.layers[3].type, std::string("relu"));
        QVERIFY(makePlan(graph, {.input = {8, 8, 1}, .classes = 3}).ok());
    }

    void aLayerPutBehindTheEndComesLast() {
        const Graph graph = withLayer(chain(), 999, *findLayerType("relu"));
        QCOMPARE(graph.layers.back().type, std::string("relu"));
    }

    void movingKeepsTheChain() {
        Graph graph = chain();
        for (std::size_t i = 1; i < graph.layers.size(); ++i) graph.layers[i].inputs = {graph.layers[i - 1].name};
        const Graph moved = *withLayerMoved(graph, 3, 4);
        QCOMPARE(moved.layers[4].name, graph.layers[3].name);
        QCOMPARE(moved.layers[3].name, graph.layers[4].name);
        QVERIFY(makePlan(moved, {.input = {8, 8, 1}, .classes = 3}).ok());
    }

    void aLayerIsNotMovedAboveWhatItReads() {
        Graph graph = chain();
        graph.layers[3].inputs = {graph.layers[1].name, graph.layers[2].name};
        const auto moved = withLayerMoved(graph, 3, 1);
        QVERIFY(!moved.ok());
        QVERIFY(moved.error().message.find(graph.layers[3].name) != std::string::npos);
        QVERIFY(withLayerMoved(graph, 3, 4).ok());
    }

    void aGraphThatGoesRoundInACircleLosesNoLayer() {
        Graph graph = chain();
        graph.layers[1].inputs = {graph.layers[3].name, graph.layers[0].name};
        const std::size_t count = graph.layers.size();
        QCOMPARE(withoutLayer(graph, count - 1).layers.size(), count - 1);
        QCOMPARE(withLayer(graph, count, *findLayerType("relu")).layers.size(), count + 1);
    }

    void whoReadTheRemovedLayerReadsWhatItRead() {
        Graph graph = chain();
        // The last layer reads the one before the last by name, and that one is removed from further up.
        graph.layers[4].inputs = {graph.layers[2].name};
        const Graph removed = withoutLayer(graph, 2);
        QCOMPARE(removed.layers[3].inputs, std::vector<std::string>{graph.layers[1].name});
    }

    void renamingReachesThoseWhoReadTheLayer() {
        Graph graph = chain();
        graph.layers[4].inputs = {graph.layers[2].name};
        const Result<Graph> renamed = withName(graph, 2, "embedding");
        QVERIFY(renamed.ok());
        QCOMPARE(renamed->layers[4].inputs, std::vector<std::string>{"embedding"});
        QVERIFY(!withName(graph, 2, graph.layers[3].name).ok());
        QVERIFY(!withName(graph, 2, "").ok());
    }

    void templatesAreRecognisedUntilTheyAreChanged() {
        for (const TemplateType* known : graphTemplates()) {
            const Graph graph = *graphFromTemplate(known->name);
            QCOMPARE(templateOf(graph, known->usual), known);
            QVERIFY(!templateOf(withoutLayer(graph, 2), known->usual));
        }
    }
};

QTEST_GUILESS_MAIN(TstProject)
#include "tst_project.moc"
