// Every layer type with every one of its examples: forward against its double-precision definition, backward against
// central differences of that definition.
#include <QTest>
#include <map>

#include "compute/ops/step.h"
#include "model/layers/layer.h"
#include "tests/support/test_device.h"

using namespace lemnos;
using Values = std::vector<double>;

namespace {

constexpr std::uint64_t seed = 0xfeedbeef12345678;
constexpr std::uint32_t epoch = 2, layerIndex = 5;
constexpr std::int64_t classes = 6;

/// One example with values to run it on.
struct Case {
    const LayerType& type;
    ParamMap params;
    std::int64_t batch;
    std::vector<Shape> inputShapes;
    LayerShapes shapes;
    std::vector<Values> inputs, weights;
    std::vector<std::uint32_t> samples;
    Values weighting;  ///< the scalar to differentiate is the sum of output x weighting
};

Case makeCase(const LayerType& type, const LayerExample& example) {
    Case c{type, *resolveParams(type.params, example.params, type.name), example.batch, example.inputs, {}, {}, {}, {},
           {}};
    c.shapes = *type.shapes({c.params, c.inputShapes, classes, Shape{4, 4, 1}});
    std::uint32_t stream = 1;
    for (const Shape& shape : c.inputShapes) c.inputs.push_back(randomValues(c.batch * shape.size(), stream++));
    for (const WeightShape& weight : c.shapes.weights)
        c.weights.push_back(randomValues(weight.rows * weight.columns, stream++));
    for (std::int64_t i = 0; i < c.batch; ++i) c.samples.push_back(std::uint32_t(77 * i + 3));
    c.weighting = randomValues(c.batch * c.shapes.output.size(), stream);
    return c;
}

Values reference(const Case& c) {
    Values output(std::size_t(c.batch * c.shapes.output.size()));
    LayerReference r{c.params, c.batch, c.inputShapes, c.shapes.output};
    for (const Values& v : c.inputs) r.inputs.emplace_back(v);
    for (const Values& v : c.weights) r.weights.emplace_back(v);
    r.output = output;
    r.seed = seed;
    r.epoch = epoch;
    r.layerIndex = layerIndex;
    r.sampleIndices = c.samples;
    r.training = true;
    c.type.reference(r);
    return output;
}

double weightedSum(const Case& c) {
    const Values y = reference(c);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * c.weighting[i];
    return sum;
}

/// Central differences of the weighted sum by every element of `values`, which belongs to `c`.
Values differences(const Case& c, Values& values) {
    constexpr double h = 1e-5;
    Values gradient;
    for (double& v : values) {
        const double kept = v;
        v = kept + h;
        const double above = weightedSum(c);
        v = kept - h;
        const double below = weightedSum(c);
        v = kept;
        gradient.push_back((above - below) / (2 * h));
    }
    return gradient;
}

/// The same example on a device.
struct OnDevice {
    DeviceMatrix scalars, samples, output, outputGradient;
    std::vector<DeviceMatrix> inputs, weights, inputGradients, weightGradients;

    OnDevice(Device& device, const Case& c) {
        StepScalars step;
        step.seedLow = std::uint32_t(seed);
        step.seedHigh = std::uint32_t(seed >> 32);
        step.epoch = epoch;
        std::vector<std::uint32_t> words(stepScalarColumns);
        std::memcpy(words.data(), &step, sizeof step);
        scalars = makeWords(device, words);
        samples = makeWords(device, c.samples);
        for (std::size_t i = 0; i < c.inputs.size(); ++i) {
            inputs.push_back(
                makeMatrix(device, c.batch * c.inputShapes[i].rows(), c.inputShapes[i].columns(), c.inputs[i]));
            inputGradients.push_back(makeMatrix(device, c.batch * c.inputShapes[i].rows(), c.inputShapes[i].columns()));
        }
        for (std::size_t i = 0; i < c.weights.size(); ++i) {
            const WeightShape& shape = c.shapes.weights[i];
            weights.push_back(makeMatrix(device, shape.rows, shape.columns, c.weights[i]));
            weightGradients.push_back(makeMatrix(device, shape.rows, shape.columns));
        }
        const Shape& out = c.shapes.output;
        output = makeMatrix(device, c.batch * out.rows(), out.columns());
        outputGradient = makeMatrix(device, c.batch * out.rows(), out.columns(), c.weighting);
    }

    LayerRecording recording(const Case& c, Recorder& recorder) const {
        LayerRecording r{.params = c.params,
                         .recorder = recorder,
                         .step = {scalars.tensor, samples.tensor},
                         .layerIndex = layerIndex,
                         .batch = c.batch,
                         .pass = Pass::training,
                         .inputShapes = c.inputShapes,
                         .outputShape = c.shapes.output};
        r.accumulate.assign(c.inputs.size(), false);
        for (const auto& m : inputs) r.inputs.push_back(m.tensor);
        for (const auto& m : inputGradients) r.inputGradients.push_back(m.tensor);
        for (const auto& m : weights) r.weights.push_back(m.tensor);
        for (const auto& m : weightGradients) r.weightGradients.push_back(m.tensor);
        r.output = output.tensor;
        r.outputGradient = outputGradient.tensor;
        return r;
    }
};

}  // namespace

class TstLayers : public QObject {
    Q_OBJECT

    std::map<TestBody, std::unique_ptr<Device>> m_devices;

    static void addExamples() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("example");
        QTest::addColumn<int>("body");
        for (const LayerType* type : layerTypes()) {
            const QString name = QString::fromUtf8(type->name.data(), qsizetype(type->name.size()));
            for (std::size_t i = 0; i < type->examples.size(); ++i) {
                for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu, TestBody::reference})
                    QTest::addRow("%s %zu %s", qPrintable(name), i, nameOf(body)) << name << int(i) << int(body);
            }
        }
    }

  private slots:
    void everyTypeIsDescribed() {
        for (const LayerType* type : layerTypes()) {
            QVERIFY(!type->name.empty() && !type->label.empty() && !type->group.empty() &&
                    type->summary.ends_with('.'));
            QVERIFY(type->shapes && type->multiplyAdds);
            // Only the input has no definition to compare with; only views have no ops.
            QCOMPARE(type->inputCount == 0, type->reference == nullptr);
            QCOMPARE(type->inputCount == 0 || type->aliasesInput, type->forward == nullptr);
            QCOMPARE(type->forward == nullptr, type->backward == nullptr);
            QVERIFY(type->inputCount == 0 || (type->onnx && !type->examples.empty()));
            QCOMPARE(findLayerType(type->name), type);
            for (const Param& param : type->params) QVERIFY(!param.label.empty() && param.help.ends_with('.'));
        }
        QVERIFY(!findLayerType("no such layer"));
    }

    void forwardAndBackwardMatchTheDefinition_data() { addExamples(); }
    void forwardAndBackwardMatchTheDefinition() {
        QFETCH(QString, type);
        QFETCH(int, example);
        QFETCH(int, body);
        const LayerType& layer = *findLayerType(type.toStdString());
        Case c = makeCase(layer, layer.examples[std::size_t(example)]);
        if (layer.aliasesInput) {
            QCOMPARE(reference(c), c.inputs[0]);  // a view: the same numbers in the same order
            return;
        }
        auto& device = m_devices[TestBody(body)];
        if (!device) device = openTestDevice(TestBody(body));
        const OnDevice gpu(*device, c);
        runOps(*device, [&](Recorder& recorder) {
            LayerRecording r = gpu.recording(c, recorder);
            layer.forward(r);
            layer.backward(r);
        });
        QVERIFY(largestDifference(readMatrix(*device, gpu.output), reference(c)) < 2e-6);
        for (std::size_t i = 0; i < c.inputs.size(); ++i)
            QVERIFY(largestDifference(readMatrix(*device, gpu.inputGradients[i]), differences(c, c.inputs[i])) < 1e-5);
        for (std::size_t i = 0; i < c.weights.size(); ++i)
            QVERIFY(largestDifference(readMatrix(*device, gpu.weightGradients[i]), differences(c, c.weights[i])) <
                    1e-5);
    }
};

QTEST_GUILESS_MAIN(TstLayers)
#include "tst_layers.moc"
