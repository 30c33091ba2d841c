// The network as a drawing: JSON, templates, and the errors a hand-written file can have.
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/templates/template.h"

using namespace lemnos;
using nlohmann::json;

namespace {

json smallNetwork() {
    return {{"format", "lemnos-graph"},
            {"version", 1},
            {"name", "small"},
            {"layers",
             {{{"name", "input"}, {"type", "input"}},
              {{"name", "flatten"}, {"type", "flatten"}},
              {{"name", "scores"}, {"type", "dense"}, {"inputs", {"flatten"}}, {"params", {{"units", 3}}}},
              {{"name", "softmax"}, {"type", "softmax"}}}}};
}

QString errorOf(const json& object) {
    const auto graph = graphFromJson(object);
    return graph ? QString() : QString::fromStdString(graph.error().message);
}

}  // namespace

class TstGraph : public QObject {
    Q_OBJECT

  private slots:
    void jsonComesBackTheSame() {
        const auto graph = graphFromJson(smallNetwork());
        QVERIFY(graph.ok());
        QCOMPARE(graph->layers.size(), std::size_t(4));
        QCOMPARE(intParam(graph->layers[2].params, "units"), 3);
        QCOMPARE(graphFromJson(toJson(*graph)).ok(), true);
        QCOMPARE(toJson(*graphFromJson(toJson(*graph))).dump(), toJson(*graph).dump());
    }

    void defaultsAreFilledIn() {
        json object = smallNetwork();
        object["layers"][2].erase("params");
        QCOMPARE(intParam(graphFromJson(object)->layers[2].params, "units"), 128);
    }

    void whatIsWrongIsSaidWithTheLayersName_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* patch, const char* expected) {
            QTest::newRow(name) << QByteArray(patch) << QString(expected);
        };
        row("format", R"([{"op":"replace","path":"/format","value":"other"}])", "lemnos-graph");
        row("newer", R"([{"op":"replace","path":"/version","value":2}])", "newer Lemnos");
        row("version type", R"([{"op":"replace","path":"/version","value":"1"}])", "version");
        row("no layers", R"([{"op":"replace","path":"/layers","value":[]}])", "list of layers");
        row("layers type", R"([{"op":"replace","path":"/layers","value":7}])", "list of layers");
        row("layer type", R"([{"op":"replace","path":"/layers/1","value":7}])", "layer 2");
        row("no name", R"([{"op":"remove","path":"/layers/1/name"}])", "layer 2");
        row("same name", R"([{"op":"replace","path":"/layers/1/name","value":"input"}])", "'input'");
        row("unknown type", R"([{"op":"replace","path":"/layers/1/type","value":"magic"}])", "'magic'");
        row("later input", R"([{"op":"add","path":"/layers/1/inputs","value":["softmax"]}])", "'flatten'");
        row("inputs type", R"([{"op":"replace","path":"/layers/2/inputs","value":"flatten"}])", "'scores'");
        row("param range", R"([{"op":"replace","path":"/layers/2/params/units","value":-1}])", "'scores'");
        row("param type", R"([{"op":"replace","path":"/layers/2/params/units","value":"many"}])", "'scores'");
        row("unknown param", R"([{"op":"add","path":"/layers/2/params/colour","value":1}])", "colour");
    }
    void whatIsWrongIsSaidWithTheLayersName() {
        QFETCH(QByteArray, patch);
        QFETCH(QString, expected);
        QVERIFY(errorOf(smallNetwork()).isEmpty());
        const QString error = errorOf(smallNetwork().patch(json::parse(patch.toStdString())));
        QVERIFY2(error.contains(expected), qPrintable(error));
    }

    void everyTemplateIsANetworkWithASummary() {
        QVERIFY(!graphTemplates().empty());
        for (const TemplateType* type : graphTemplates()) {
            const auto graph = graphFromTemplate(type->name);
            QVERIFY2(graph.ok(), graph ? "" : graph.error().message.c_str());
            QCOMPARE(graph->name, std::string(type->name));
            QVERIFY(type->summary.ends_with('.'));
        }
        const auto missing = graphFromTemplate("nothing");
        QVERIFY(!missing && missing.error().message.find("mlp512") != std::string::npos);
    }

    void mlp512IsTheNetworkOfTheHeadlineJob() {
        const auto graph = graphFromTemplate("mlp512");
        QVERIFY(graph.ok());
        std::string types;
        for (const LayerSpec& layer : graph->layers) types += layer.type + " ";
        QCOMPARE(types, std::string("input flatten dense dropout dense relu dropout dense softmax "));
        QCOMPARE(intParam(graph->layers[2].params, "units"), 512);
        QCOMPARE(realParam(graph->layers[3].params, "rate"), 0.25);
    }

    void freshNamesAreFree() {
        const Graph graph = *graphFromJson(smallNetwork());
        QCOMPARE(freshLayerName(graph, "dense"), std::string("dense"));
        QCOMPARE(freshLayerName(graph, "flatten"), std::string("flatten2"));
    }
};

QTEST_GUILESS_MAIN(TstGraph)
#include "tst_graph.moc"
