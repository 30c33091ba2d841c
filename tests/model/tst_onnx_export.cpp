// Export to ONNX: OpenCV DNN must give what the layers' double-precision references give, and the file must say how to
// use it.
#include <onnx/onnx_pb.h>

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>
#include <opencv2/dnn.hpp>
#include <random>

#include "model/data/dataset_index.h"
#include "model/data/sample_data.h"
#include "model/exchange/onnx_export.h"
#include "model/files.h"
#include "model/train/run_store.h"

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

struct Case {
    RunSpec spec;
    Plan plan;
    TensorFile weights;
};

/// A network with random weights, as if it had been trained.
Result<Case> makeCase(const std::string& templateName, const Shape& picture, std::vector<std::string> classes,
                      float scale = 1) {
    Case c;
    TRY(c.spec, makeRunSpec("/data", templateName));
    const int channels = static_cast<int>(picture[2]);
    Preprocess preprocess{static_cast<int>(picture[1]), static_cast<int>(picture[0]), channels, {}, {}, {}};
    for (int i = 0; i < channels; ++i) {
        preprocess.mean.push_back(100.0f + 20.0f * static_cast<float>(i));
        preprocess.deviation.push_back(50.0f + 10.0f * static_cast<float>(i));
    }
    c.spec.preprocess = preprocess;
    c.spec.classes = std::move(classes);
    TRY(c.plan,
        makePlan(c.spec.model, {.input = picture, .classes = static_cast<std::int64_t>(c.spec.classes.size())}));
    std::mt19937 random(7);
    for (const LayerPlan& layer : c.plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            NamedTensor tensor{weight.name, weight.shape.dims, {}};
            const float deviation = scale / std::sqrt(static_cast<float>(weight.shape.rows));
            std::normal_distribution<float> normal(0, deviation);
            for (std::int64_t i = 0; i < weight.shape.rows * weight.shape.columns; ++i)
                tensor.values.push_back(normal(random));
            c.weights.tensors.push_back(std::move(tensor));
        }
    }
    return c;
}

/// The network's answer in double precision, layer by layer.
std::vector<double> reference(const Case& c, const std::vector<std::uint8_t>& pixels, std::int64_t batch) {
    const Preprocess& preprocess = *c.spec.preprocess;
    std::vector<std::vector<double>> values;
    const std::vector<std::uint32_t> samples(static_cast<std::size_t>(batch), 0);
    for (const LayerPlan& layer : c.plan.layers) {
        std::vector<double> output(static_cast<std::size_t>(batch * layer.output.size()));
        if (layer.inputs.empty()) {
            for (std::size_t i = 0; i < output.size(); ++i) {
                const std::size_t channel = i % static_cast<std::size_t>(preprocess.channels);
                output[i] = (double{1} * pixels[i] - preprocess.mean[channel]) / preprocess.deviation[channel];
            }
        } else {
            std::vector<std::vector<double>> weights;
            for (const WeightPlan& weight : layer.weights) {
                const std::vector<float>& stored = c.weights.find(weight.name)->values;
                weights.emplace_back(stored.begin(), stored.end());
            }
            LayerReference call{.params = layer.spec.params,
                                .batch = batch,
                                .inputShapes = layer.inputShapes,
                                .outputShape = layer.output};
            for (const int index : layer.inputs) call.inputs.emplace_back(values[static_cast<std::size_t>(index)]);
            for (const auto& weight : weights) call.weights.emplace_back(weight);
            call.output = output;
            call.sampleIndices = samples;
            layer.type->reference(call);
        }
        values.push_back(std::move(output));
    }
    return values.back();
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
    const Result<Case> c = makeCase(network.toStdString(), Shape{height, width, channels}, classNames(classes));
    QVERIFY2(c.ok(), messageOf(c).c_str());
    const Result<std::string> bytes = toOnnx(c->spec, c->plan, c->weights);
    QVERIFY2(bytes.ok(), messageOf(bytes).c_str());
    cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes->data(), bytes->size());

    std::mt19937 random(3);
    for (const std::int64_t batch : {1, 5, 2}) {
        std::vector<std::uint8_t> pixels(static_cast<std::size_t>(batch * height * width * channels));
        for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random());
        const int dims[] = {static_cast<int>(batch), channels, height, width};
        cv::Mat blob(4, dims, CV_32F);
        float* out = blob.ptr<float>();
        for (int n = 0; n < batch; ++n) {
            for (int k = 0; k < channels; ++k) {
                for (int i = 0; i < height * width; ++i) {
                    *out++ = pixels[static_cast<std::size_t>((n * height * width + i) * channels + k)];
                }
            }
        }
        net.setInput(blob, "image");
        const cv::Mat answer = net.forward("probabilities");
        const std::vector<double> expected = reference(*c, pixels, batch);
        QCOMPARE(answer.total(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const double difference = std::abs(expected[i] - double{answer.ptr<float>()[i]});
            QVERIFY2(difference < 1e-5, qPrintable(QString("output %1: %2").arg(i).arg(difference)));
        }
    }
}

void TstOnnxExport::theModelSaysHowToUseIt() {
    const Result<Case> c = makeCase("mlp256", {8, 6, 3}, {"\u96cf\u83ca", "ros\u00e9 \"wild\"", "tulip"});
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
    const Result<Case> c = makeCase("mlp256", {4, 4, 1}, classNames(3));
    QCOMPARE(*toOnnx(c->spec, c->plan, c->weights), *toOnnx(c->spec, c->plan, c->weights));
}

void TstOnnxExport::labelsThatAreNotUtf8BecomeReadable() {
    const Result<Case> c = makeCase("mlp256", {4, 4, 1}, {"caf\xe9", "tea"});
    onnx::ModelProto model;
    QVERIFY(model.ParseFromString(*toOnnx(c->spec, c->plan, c->weights)));
    QCOMPARE(json::parse(model.metadata_props(0).value())[0].get<std::string>(), std::string("caf\ufffd"));
}

void TstOnnxExport::weightsThatDoNotFitAreRefused() {
    const Result<Case> c = makeCase("mlp256", {4, 4, 1}, classNames(3));
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
    Result<Case> c = makeCase("mlp256", {4, 4, 1}, classNames(3));
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
    Result<Case> c = makeCase("mlp256", {12, 14, 3}, index->classes, weightScale);
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
