// Export to ONNX: OpenCV DNN must give what the layers' double-precision references give, and the file must say how to
// use it.
#include <onnx/onnx_pb.h>

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/data/dataset_index.h"
#include "model/data/sample_data.h"
#include "model/exchange/onnx_export.h"
#include "model/files.h"
#include "model/train/run_store.h"
#include "tests/model/onnx_case.h"

using namespace lemnos;
using nlohmann::json;
namespace fs = std::filesystem;

class TstOnnxExport : public QObject {
    Q_OBJECT

  private slots:
    void openCvGivesTheProbabilitiesOfTheReference_data();
    void openCvGivesTheProbabilitiesOfTheReference();
    void theModelSaysHowToUseIt();
    void equalWeightsGiveEqualBytes();
    void labelsThatAreNotUtf8BecomeReadable();
    void weightsThatDoNotFitAreRefused();
    void aRunThatNeverTrainedIsRefused();
    void aRunIsExportedAndVerifiedOnItsPictures();
    void aNetworkWithoutUsableAnswersLeavesNothingBehind();
    void aFolderThatCannotBeMadeIsNamed();

  private:
    fs::path makeRun(float weightScale) const;

    QTemporaryDir m_dir;
};

namespace {

/// A network with random weights, as if it had been trained.
Result<OnnxCase> makeCase(const std::string& templateName, const Shape& picture, std::vector<std::string> classes,
                          float scale = 1) {
    OnnxCase c;
    TRY(c.spec, makeRunSpec("/data", templateName));
    c.spec.preprocess = preprocessOf(picture);
    c.spec.classes = std::move(classes);
    TRY(c.plan,
        makePlan(c.spec.model, {.input = picture, .classes = static_cast<std::int64_t>(c.spec.classes.size())}));
    addWeights(c, scale);
    return c;
}

std::vector<std::string> classNames(int count) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back("class" + std::to_string(i));
    return names;
}

std::string messageOf(const auto& result) {
    return result.ok() ? std::string() : result.error().message;
}

}  // namespace

void TstOnnxExport::openCvGivesTheProbabilitiesOfTheReference_data() {
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("classes");
    for (const char* network : {"mlp256", "mlp512"}) {
        QTest::addRow("%s, colour", network) << network << 8 << 6 << 3 << 5;
        QTest::addRow("%s, grey", network) << network << 5 << 7 << 1 << 2;
        QTest::addRow("%s, one pixel", network) << network << 1 << 1 << 3 << 131;
        QTest::addRow("%s, one grey pixel", network) << network << 1 << 1 << 1 << 3;
    }
}

void TstOnnxExport::openCvGivesTheProbabilitiesOfTheReference() {
    QFETCH(QString, network);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, channels);
    QFETCH(int, classes);
    const Result<OnnxCase> c = makeCase(network.toStdString(), Shape{height, width, channels}, classNames(classes));
    QVERIFY2(c.ok(), messageOf(c).c_str());
    const Result<std::string> bytes = toOnnx(c->spec, c->plan, c->weights);
    QVERIFY2(bytes.ok(), messageOf(bytes).c_str());
    cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes->data(), bytes->size());

    const Shape picture{height, width, channels};
    for (const std::int64_t batch : {1, 5, 2}) {
        const std::vector<std::uint8_t> pixels = randomPixels(picture, batch);
        const double worst = difference(openCvAnswer(net, pixels, picture, batch), reference(*c, pixels, batch));
        QVERIFY2(worst < 1e-5, qPrintable(QString::number(worst)));
    }
}

void TstOnnxExport::theModelSaysHowToUseIt() {
    const Result<OnnxCase> c = makeCase("mlp256", {8, 6, 3}, {"\u96cf\u83ca", "ros\u00e9 \"wild\"", "tulip"});
    onnx::ModelProto model;
    QVERIFY(model.ParseFromString(*toOnnx(c->spec, c->plan, c->weights)));
    QCOMPARE(model.producer_name(), std::string("Lemnos"));
    QCOMPARE(model.opset_import_size(), 1);
    QVERIFY(model.opset_import(0).version() >= 13);
    QCOMPARE(model.graph().input_size(), 1);
    QCOMPARE(model.graph().output_size(), 1);
    const onnx::ValueInfoProto& input = model.graph().input(0);
    QCOMPARE(input.name(), std::string("image"));
    const onnx::TensorShapeProto& shape = input.type().tensor_type().shape();
    QCOMPARE(shape.dim_size(), 4);
    QCOMPARE(shape.dim(0).dim_param(), std::string("N"));
    QCOMPARE(shape.dim(1).dim_value(), 3);
    QCOMPARE(shape.dim(2).dim_value(), 8);
    QCOMPARE(shape.dim(3).dim_value(), 6);
    const onnx::ValueInfoProto& output = model.graph().output(0);
    QCOMPARE(output.name(), std::string("probabilities"));
    QCOMPARE(output.type().tensor_type().shape().dim(1).dim_value(), 3);

    std::map<std::string, std::string> metadata;
    for (const auto& entry : model.metadata_props()) metadata[entry.key()] = entry.value();
    QCOMPARE(json::parse(metadata["labels"]).get<std::vector<std::string>>(), c->spec.classes);
    const json description = json::parse(metadata["input"]);
    QCOMPARE(description["width"].get<int>(), 6);
    QCOMPARE(description["height"].get<int>(), 8);
    QCOMPARE(description["channels"].get<int>(), 3);
    QCOMPARE(description["order"].get<std::string>(), std::string("RGB"));
    QCOMPARE(description["range"].get<std::string>(), std::string("0..255"));
    QCOMPARE(description["layout"].get<std::string>(), std::string("NCHW"));
    QVERIFY(!description["resize"].get<std::string>().empty());
}

void TstOnnxExport::equalWeightsGiveEqualBytes() {
    const Result<OnnxCase> c = makeCase("mlp256", {4, 4, 1}, classNames(3));
    QCOMPARE(*toOnnx(c->spec, c->plan, c->weights), *toOnnx(c->spec, c->plan, c->weights));
}

void TstOnnxExport::labelsThatAreNotUtf8BecomeReadable() {
    const Result<OnnxCase> c = makeCase("mlp256", {4, 4, 1}, {"caf\xe9", "tea"});
    onnx::ModelProto model;
    QVERIFY(model.ParseFromString(*toOnnx(c->spec, c->plan, c->weights)));
    QCOMPARE(json::parse(model.metadata_props(0).value())[0].get<std::string>(), std::string("caf\ufffd"));
}

void TstOnnxExport::weightsThatDoNotFitAreRefused() {
    const Result<OnnxCase> c = makeCase("mlp256", {4, 4, 1}, classNames(3));
    TensorFile missing = c->weights;
    const std::string name = missing.tensors.back().name;
    missing.tensors.pop_back();
    const Result<std::string> without = toOnnx(c->spec, c->plan, missing);
    QVERIFY(!without.ok());
    QVERIFY2(without.error().message.find(name) != std::string::npos, messageOf(without).c_str());
    TensorFile other = c->weights;
    other.tensors.back().dims.push_back(1);
    QVERIFY(!toOnnx(c->spec, c->plan, other).ok());
}

void TstOnnxExport::aRunThatNeverTrainedIsRefused() {
    Result<OnnxCase> c = makeCase("mlp256", {4, 4, 1}, classNames(3));
    c->spec.preprocess.reset();
    QVERIFY(!toOnnx(c->spec, c->plan, c->weights).ok());

    RunSpec spec = *makeRunSpec("/data", "mlp256");
    spec.run = fs::path(m_dir.path().toStdString()) / "never";
    QVERIFY(RunStore::create(spec).ok());
    const Result<ExportReport> report = exportRun(spec.run, spec.run / "export");
    QVERIFY(!report.ok());
    QVERIFY(!fs::exists(spec.run / "export"));
    QVERIFY(!exportRun(fs::path(m_dir.path().toStdString()) / "nowhere", spec.run / "export").ok());
}

fs::path TstOnnxExport::makeRun(float weightScale) const {
    const fs::path root = m_dir.path().toStdString();
    const fs::path data = root / "\u82b1 data";
    if (!fs::exists(data) && !makeSampleData(data, {.imagesPerClass = 4, .sizePixels = 16})) return {};
    Result<DatasetIndex> index = scanDataset(data, {.split = {.seed = 42, .validationShare = 0.25, .testShare = 0.25}});
    if (!index) return {};
    Result<OnnxCase> c = makeCase("mlp256", {12, 14, 3}, index->classes, weightScale);
    if (!c) return {};
    c->spec.data.path = data;
    c->spec.run = root / ("run" + std::to_string(weightScale));
    Result<RunStore> store = RunStore::create(c->spec);
    if (!store || !saveSplits(*index, store->file("split.tsv"))) return {};
    if (!writeSafetensors(store->file("weights.safetensors"), c->weights)) return {};
    return c->spec.run;
}

void TstOnnxExport::aRunIsExportedAndVerifiedOnItsPictures() {
    const fs::path run = makeRun(1);
    QVERIFY(!run.empty());
    const fs::path folder = fs::path(m_dir.path().toStdString()) / "out \U0001f33b";
    int phases = 0;
    const EventSink sink = [&](const Event& event) { phases += std::holds_alternative<PhaseEvent>(event.what); };
    const Result<ExportReport> report = exportRun(run, folder, "auto", sink);
    QVERIFY2(report.ok(), messageOf(report).c_str());
    QVERIFY(phases > 0);
    QCOMPARE(report->file, folder / "model.onnx");
    QCOMPARE(report->verification.images, 10);
    QVERIFY(report->verification.largestDifference < 1e-4);
    QCOMPARE(report->verification.sameTop1, 10);
    QVERIFY(fs::exists(report->verification.worstImage));

    const json certificate = json::parse(*readFile(folder / "export.json"));
    QCOMPARE(certificate["verification"]["images"].get<int>(), 10);
    QCOMPARE(certificate["labels"].size(), std::size_t{10});
    QCOMPARE(certificate["input"]["width"].get<int>(), 14);
    onnx::ModelProto model;
    QVERIFY(model.ParseFromString(*readFile(folder / "model.onnx")));
    QVERIFY2(exportRun(run, folder).ok(), "exporting again replaces the files");
}

void TstOnnxExport::aNetworkWithoutUsableAnswersLeavesNothingBehind() {
    const fs::path run = makeRun(std::numeric_limits<float>::quiet_NaN());
    QVERIFY(!run.empty());
    const Result<ExportReport> report = exportRun(run, run / "export");
    QVERIFY(!report.ok());
    QVERIFY2(report.error().message.find(".png") != std::string::npos, messageOf(report).c_str());
    QVERIFY(!fs::exists(run / "export"));
}

void TstOnnxExport::aFolderThatCannotBeMadeIsNamed() {
    const fs::path run = makeRun(0.5f);
    QVERIFY(writeAtomically(run / "blocked", "x").ok());
    const Result<ExportReport> report = exportRun(run, run / "blocked" / "export");
    QVERIFY(!report.ok());
    QVERIFY2(report.error().message.find("blocked") != std::string::npos, messageOf(report).c_str());
}

QTEST_GUILESS_MAIN(TstOnnxExport)
#include "tst_onnx_export.moc"
