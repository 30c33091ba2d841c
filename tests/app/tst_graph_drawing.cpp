// Edits of networks and where their boxes stand, without a window: rules that hold for every template and for random
// networks.
#include <QtTest>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "app/gui/graph/blocks.h"
#include "app/gui/graph/graph_boxes.h"
#include "app/gui/graph/graph_layout.h"
#include "app/gui/graph_edits.h"
#include "model/templates/template.h"

using namespace lemnos;

namespace {

/// What an edit must leave: a network that can be saved and read, with every layer behind what it reads.
void verifyReadable(const Graph& graph) {
    const Result<Graph> read = graphFromJson(toJson(graph));
    QVERIFY2(read.ok(), read ? "" : read.error().message.c_str());
    QCOMPARE(toJson(*read), toJson(graph));
}

std::map<std::string, std::vector<std::string>> wiresOf(const Graph& graph) {
    std::map<std::string, std::vector<std::string>> wires;
    for (std::size_t i = 0; i < graph.layers.size(); ++i) wires[graph.layers[i].name] = inputsOf(graph, i);
    return wires;
}

PartialPlan planOf(const Graph& graph) {
    return makePartialPlan(graph, {.input = {32, 32, 3}, .classes = 10, .batch = 4});
}

void verifyLayout(const std::vector<QSizeF>& sizes, const std::vector<LayoutWire>& wires, const QSizeF& room) {
    const GraphLayout layout = layOut(sizes, wires, room);
    QCOMPARE(layout.boxes.size(), sizes.size());
    QCOMPARE(layout.wires.size(), wires.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        QCOMPARE(layout.boxes[i].size(), sizes[i]);
        QVERIFY(layout.bounds.contains(layout.boxes[i]));
        for (std::size_t j = 0; j < i; ++j) QVERIFY(!layout.boxes[i].intersects(layout.boxes[j]));
    }
    for (std::size_t i = 0; i < wires.size(); ++i) {
        const QRectF &from = layout.boxes[std::size_t(wires[i].from)], &to = layout.boxes[std::size_t(wires[i].to)];
        const QPainterPath& path = layout.wires[i];
        QVERIFY(from.adjusted(-1, -1, 1, 1).contains(path.pointAtPercent(0)));
        QVERIFY(to.adjusted(-1, -1, 1, 1).contains(path.pointAtPercent(1)));
        // Within a column, what reads stands below what is read.
        if (qFuzzyCompare(from.left(), to.left())) QVERIFY(from.bottom() < to.top());
    }
}

}  // namespace

class TstGraphDrawing : public QObject {
    Q_OBJECT

    static void templates() {
        QTest::addColumn<QString>("name");
        for (const TemplateType* type : graphTemplates())
            QTest::newRow(std::string(type->name).c_str()) << QString::fromStdString(std::string(type->name));
    }

  private slots:
    void boxesNeverOverlapAndWiresEndAtTheirBoxes_data() { templates(); }

    void boxesNeverOverlapAndWiresEndAtTheirBoxes() {
        QFETCH(QString, name);
        const Graph graph = *graphFromTemplate(name.toStdString(), {32, 32, 3});
        std::set<std::string> toggled;
        for (const Block& block : repeatedBlocks(graph)) toggled.insert(graph.layers[block.layers.front()].name);
        for (const auto& unusual : {std::set<std::string>(), toggled}) {
            const GraphBoxes all = graphBoxes(graph, planOf(graph), unusual);
            verifyLayout(std::vector<QSizeF>(all.boxes.size(), {200, 50}), all.places, {800, 600});
        }
    }

    void randomNetworksAreLaidOutToo() {
        std::mt19937 random(5);
        const auto below = [&](int n) { return int(random() % unsigned(n)); };
        for (int round = 0; round < 60; ++round) {
            std::vector<QSizeF> sizes = {{200, 40}};
            std::vector<LayoutWire> wires;
            for (int i = 1, count = 2 + below(50); i < count; ++i) {
                sizes.push_back({200, 40.0 + below(60)});
                std::set<int> inputs = {below(3) > 0 ? i - 1 : below(i)};
                while (below(4) == 0) inputs.insert(below(i));
                for (const int input : inputs) wires.push_back({input, i});
            }
            verifyLayout(sizes, wires, {300.0 + below(1500), 300.0 + below(900)});
            if (QTest::currentTestFailed()) return;
        }
    }

    void nothingIsLaidOutToo() { QVERIFY(layOut({}, {}, {800, 600}).boxes.empty()); }

    void foldedBlocksCostWhatTheirLayersDo_data() { templates(); }

    void foldedBlocksCostWhatTheirLayersDo() {
        QFETCH(QString, name);
        const Graph graph = *graphFromTemplate(name.toStdString(), {32, 32, 3});
        std::set<std::string> one;
        if (const auto blocks = repeatedBlocks(graph); !blocks.empty()) one = {graph.layers[blocks[0].layers[0]].name};
        for (const auto& toggled : {std::set<std::string>(), one}) {
            std::size_t layers = 0;
            for (const GraphBox& box : graphBoxes(graph, planOf(graph), toggled).boxes) {
                layers += box.layers.size();
                QVERIFY(box.isBlock == (box.layers.size() > 1));
                QVERIFY(!box.shape.isEmpty() && !box.tip.isEmpty());
            }
            QCOMPARE(layers, graph.layers.size());
        }
    }

    void blocksAreFoundByStructure() {
        const auto count = [](const char* name) {
            return repeatedBlocks(*graphFromTemplate(name, {32, 32, 3})).size();
        };
        QCOMPARE(count("resnet20"), std::size_t{9});
        QCOMPARE(count("resnet18"), std::size_t{8});
        QCOMPARE(count("vit_tiny"), std::size_t{24});
        QCOMPARE(count("vgg_small"), std::size_t{0});
        QCOMPARE(repeatedBlocks(*graphFromTemplate("vit_tiny", {32, 32, 3})).front().title, QString("Attention block"));
    }

    void editsLeaveAReadableNetworkAndTheOtherWires() {
        std::mt19937 random(11);
        const auto below = [&](std::size_t n) { return std::size_t(random() % unsigned(n)); };
        const auto types = layerTypes();
        Graph graph = *graphFromTemplate("resnet20", {32, 32, 3});
        for (int step = 0; step < 200; ++step) {
            const std::size_t at = below(graph.layers.size());
            const std::string name = graph.layers[at].name, other = graph.layers[below(graph.layers.size())].name;
            const LayerType& type = *types[below(types.size())];
            switch (below(6)) {
                case 0:
                    graph = withLayerAfter(graph, name, type).graph;
                    break;
                case 1:
                    if (const auto inputs = inputsOf(graph, at); !inputs.empty())
                        graph = withLayerOn(graph, {inputs.front(), name}, type).graph;
                    break;
                case 2:
                    if (graph.layers.size() > 20) graph = withoutLayers(graph, {name, other});
                    break;
                case 3:
                    if (const auto wired = withWire(graph, {name, other})) graph = *wired;
                    break;
                case 4:
                    if (const auto cut = withoutWire(graph, {name, other})) graph = *cut;
                    break;
                default:
                    graph = withFragment(graph, name, fragmentOf(graph, {name, other})).graph;
            }
            verifyReadable(graph);
            planOf(graph);  // whatever it says, it says something
            if (QTest::currentTestFailed()) return;
        }
    }

    void aLayerOnAWireChangesThatWireOnly() {
        const Graph before = *graphFromTemplate("resnet20", {32, 32, 3});
        const Edited edited = withLayerOn(before, {"relu", "add"}, *findLayerType("dropout"));
        auto wires = wiresOf(before);
        wires["add"] = {"batch_norm3", "dropout"};
        wires["dropout"] = {"relu"};
        QCOMPARE(wiresOf(edited.graph), wires);
    }

    void aWireThatWouldGoRoundIsRefusedAndOneBackwardsInTheListIsNot() {
        const Graph graph = *graphFromTemplate("resnet20", {32, 32, 3});
        const auto round = withWire(graph, {"add2", "add"});
        QVERIFY(!round.ok() && round.error().message.find("circle") != std::string::npos);
        // conv2d9 and its shortcut conv2d10 do not read each other; the one behind may be read by the one before.
        const auto fork = positionOf(graph, "conv2d10");
        QVERIFY(fork && *fork > *positionOf(graph, "conv2d9"));
        const auto back = withWire(graph, {"conv2d10", "conv2d9"});
        QVERIFY(back.ok());
        QVERIFY(*positionOf(*back, "conv2d10") < *positionOf(*back, "conv2d9"));
        verifyReadable(*back);
    }

    void aFragmentIsANetworkThatStandsForItself() {
        const Graph graph = *graphFromTemplate("resnet20", {32, 32, 3});
        const std::vector<Block> blocks = repeatedBlocks(graph);
        std::set<std::string> names;
        for (const std::size_t at : blocks[3].layers) names.insert(graph.layers[at].name);
        const Graph fragment = fragmentOf(graph, names);
        verifyReadable(fragment);
        QCOMPARE(fragment.layers.size(), names.size() + 1);
        QCOMPARE(fragment.layers.front().type, std::string("input"));
        const Edited edited = withFragment(graph, "add", fragment);
        QCOMPARE(edited.added.size(), names.size());
        QCOMPARE(edited.graph.layers.size(), graph.layers.size() + names.size());
        verifyReadable(edited.graph);
    }
};

QTEST_MAIN(TstGraphDrawing)
#include "tst_graph_drawing.moc"
