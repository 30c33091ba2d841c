// Every layer type with every one of its examples: forward against its double-precision definition, backward against
// central differences of that definition.
#include <QTest>
#include <algorithm>
#include <functional>
#include <map>

#include "compute/ops/step.h"
#include "compute/reference/activation.h"
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
    Values weighting;         ///< the scalar to differentiate is the sum of output x weighting
    Activation activation{};  ///< applied last, where the layer can fuse one
};

std::int64_t sizeOf(const WeightShape& weight) {
    std::int64_t size = 1;
    for (const std::int64_t extent : weight.dims) size *= extent;
    return size;
}

Case makeCase(const LayerType& type, const LayerExample& example) {
    Case c{
        type, *resolveParams(allParams(type), example.params, type.name), example.batch, example.inputs, {}, {}, {}, {},
        {}};
    c.shapes = *type.shapes({c.params, c.inputShapes, classes, Shape{4, 4, 1}});
    std::uint32_t stream = 1;
    for (const Shape& shape : c.inputShapes) c.inputs.push_back(randomValues(c.batch * shape.size(), stream++));
    for (const WeightShape& weight : c.shapes.weights) {
        c.weights.push_back(randomValues(sizeOf(weight), stream++));
        if (weight.role == WeightRole::statistic)  // a variance is not negative
            for (double& v : c.weights.back()) v = v * v + 0.25;
    }
    for (std::int64_t i = 0; i < c.batch; ++i) c.samples.push_back(std::uint32_t(77 * i + 3));
    c.weighting = randomValues(c.batch * c.shapes.output.size(), stream);
    return c;
}

/// The definition's output, and what it makes of the statistics where `newStatistics` is given.
Values reference(const Case& c, bool training = true, std::vector<Values>* newStatistics = nullptr) {
    Values output(std::size_t(c.batch * c.shapes.output.size()));
    LayerReference r{c.params, c.batch, c.inputShapes, c.shapes.output};
    for (const Values& v : c.inputs) r.inputs.emplace_back(v);
    for (const Values& v : c.weights) r.weights.emplace_back(v);
    if (newStatistics) {
        *newStatistics = c.weights;
        for (Values& v : *newStatistics) r.newStatistics.emplace_back(v);
    }
    r.output = output;
    r.seed = seed;
    r.epoch = epoch;
    r.layerIndex = layerIndex;
    r.sampleIndices = c.samples;
    r.training = training;
    c.type.reference(r);
    for (double& y : output) y = activate(c.activation, y);
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

/// What a device is to give; found once for all devices.
struct Expected {
    Values training, inference;
    std::vector<Values> statistics;                       ///< the weights after a step; of statistics only of interest
    std::vector<Values> inputGradients, weightGradients;  ///< empty for what is not learnt
};

Expected expectedOf(Case c) {
    Expected e;
    e.training = reference(c, true, &e.statistics);
    e.inference = reference(c, false);
    for (Values& v : c.inputs) e.inputGradients.push_back(differences(c, v));
    for (std::size_t i = 0; i < c.weights.size(); ++i) {
        const bool learnt = c.shapes.weights[i].role != WeightRole::statistic;
        e.weightGradients.push_back(learnt ? differences(c, c.weights[i]) : Values());
    }
    return e;
}

/// The rows that a weight has on a device, from its order in files.
Values toRows(const WeightShape& shape, const Values& values) {
    const std::int64_t taken = shape.padRows ? shape.dims[shape.dims.size() - 2] : 1;
    const std::int64_t made = shape.padRows ? roundUp4(taken) : 1;
    Values rows(std::size_t(shape.rows * shape.columns));
    for (std::int64_t i = 0; i < std::int64_t(values.size()); ++i) {
        const std::int64_t row = i / shape.columns;
        rows[std::size_t((row / taken * made + row % taken) * shape.columns + i % shape.columns)] =
            values[std::size_t(i)];
    }
    return rows;
}

/// The same example on a device. What a layer is to write holds junk before, in its padding as well.
struct OnDevice {
    static constexpr float junk = 7;

    Device& device;
    const Case& c;
    DeviceMatrix scalars, samples, output, outputGradient;
    std::vector<DeviceMatrix> inputs, weights, inputGradients, weightGradients, saved, scratch;

    OnDevice(Device& on, const Case& of) : device(on), c(of) {
        StepScalars step;
        step.seedLow = std::uint32_t(seed);
        step.seedHigh = std::uint32_t(seed >> 32);
        step.epoch = epoch;
        std::vector<std::uint32_t> words(stepScalarColumns);
        std::memcpy(words.data(), &step, sizeof step);
        scalars = makeWords(device, words);
        samples = makeWords(device, c.samples);
        for (std::size_t i = 0; i < c.inputs.size(); ++i) {
            const std::int64_t rows = c.batch * c.inputShapes[i].rows(), columns = c.inputShapes[i].columns();
            inputs.push_back(makeMatrix(device, rows, columns, c.inputs[i]));
            inputGradients.push_back(makeMatrix(device, rows, columns, {}, junk));
        }
        for (std::size_t i = 0; i < c.weights.size(); ++i) {
            const WeightShape& shape = c.shapes.weights[i];
            weights.push_back(makeMatrix(device, shape.rows, shape.columns, toRows(shape, c.weights[i])));
            weightGradients.push_back(shape.role == WeightRole::statistic
                                          ? DeviceMatrix{}
                                          : makeMatrix(device, shape.rows, shape.columns, {}, junk));
        }
        for (const WorkShape& shape : c.shapes.saved) saved.push_back(makeWork(shape));
        for (const WorkShape& shape : c.shapes.scratch) scratch.push_back(makeWork(shape));
        const Shape& out = c.shapes.output;
        output = makeMatrix(device, c.batch * out.rows(), out.columns(), {}, junk);
        setOutputGradient();
    }

    DeviceMatrix makeWork(const WorkShape& shape) const {
        return makeMatrix(device, shape.perSample ? c.batch * shape.rows : shape.rows, shape.columns, {}, junk);
    }

    /// A backward pass may overwrite it. Of a layer that does not take the gradient by the activation's result, the
    /// activation's part is done before.
    void setOutputGradient() {
        Values gradient = c.weighting;
        if (c.activation && !c.type.fusesActivationGradient) {
            const Values y = reference(c);
            for (std::size_t i = 0; i < y.size(); ++i) gradient[i] *= activationGradient(c.activation, y[i]);
        }
        outputGradient = makeMatrix(device, c.batch * c.shapes.output.rows(), c.shapes.output.columns(), gradient);
    }

    LayerRecording recording(Recorder& recorder, Pass pass) const {
        LayerRecording r{.params = c.params,
                         .recorder = recorder,
                         .step = {scalars.tensor, samples.tensor},
                         .layerIndex = layerIndex,
                         .batch = c.batch,
                         .pass = pass,
                         .inputShapes = c.inputShapes,
                         .outputShape = c.shapes.output,
                         .activation = c.activation};
        const bool training = pass != Pass::inference;
        const auto tensors = [](const std::vector<DeviceMatrix>& matrices, bool there = true) {
            std::vector<Tensor> list;
            for (const DeviceMatrix& m : matrices) list.push_back(there ? m.tensor : Tensor{});
            return list;
        };
        r.inputs = tensors(inputs);
        r.weights = tensors(weights);
        r.saved = tensors(saved, training);
        r.scratch = tensors(scratch);
        r.output = output.tensor;
        if (!training) return r;
        r.accumulate.assign(c.inputs.size(), false);
        r.inputGradients = tensors(inputGradients);
        r.weightGradients = tensors(weightGradients);
        r.outputGradient = outputGradient.tensor;
        return r;
    }

    void forward(Pass pass) const {
        runOps(device, [&](Recorder& recorder) {
            LayerRecording r = recording(recorder, pass);
            c.type.forward(r);
        });
    }

    /// `change` may take gradients away or have them accumulated.
    void backward(const std::function<void(LayerRecording&)>& change = {}) {
        setOutputGradient();
        runOps(device, [&](Recorder& recorder) {
            LayerRecording r = recording(recorder, Pass::training);
            // What it says it does not read may be gone by then.
            if (!c.type.backwardReadsInputs) r.inputs.assign(r.inputs.size(), {});
            if (!c.type.backwardReadsOutput && !c.activation) r.output = {};
            if (change) change(r);
            c.type.backward(r);
        });
    }

    Values read(const DeviceMatrix& m) const { return readMatrix(device, m); }
    bool paddingIsZero(const DeviceMatrix& m) const {
        const std::vector<float> padding = readPadding(device, m);
        return std::all_of(padding.begin(), padding.end(), [](float x) { return x == 0; });
    }
};

Values times(Values values, double factor) {
    for (double& v : values) v *= factor;
    return values;
}

}  // namespace

Q_DECLARE_METATYPE(lemnos::LayerExample)

#define VERIFY_NEAR(found, wanted, limit)                                                     \
    do {                                                                                      \
        const double difference = largestDifference(found, wanted);                           \
        QVERIFY2(difference < (limit), qPrintable(QString("differs by %1").arg(difference))); \
    } while (false)

class TstLayers : public QObject {
    Q_OBJECT

    std::map<TestBody, std::unique_ptr<Device>> m_devices;
    std::map<QString, Expected> m_expected;

    static void addExamples(bool (*wanted)(const LayerType&)) {
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("example");
        QTest::addColumn<int>("body");
        for (const LayerType* type : layerTypes()) {
            if (!wanted(*type)) continue;
            const QString name = QString::fromUtf8(type->name.data(), qsizetype(type->name.size()));
            for (std::size_t i = 0; i < type->examples.size(); ++i) {
                for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu, TestBody::reference})
                    QTest::addRow("%s %zu %s", qPrintable(name), i, nameOf(body)) << name << int(i) << int(body);
            }
        }
    }

    Device& device(TestBody body) {
        auto& found = m_devices[body];
        if (!found) found = openTestDevice(body);
        return *found;
    }

    const Expected& expected(const QString& key, const Case& c) {
        const auto found = m_expected.find(key);
        return found != m_expected.end() ? found->second : m_expected.emplace(key, expectedOf(c)).first->second;
    }

    /// The gradients of `run` are `factor` times the expected ones.
    void compareGradients(const OnDevice& run, const Expected& e, double factor, bool ofInputs = true,
                          bool ofWeights = true) {
        for (std::size_t i = 0; ofInputs && i < e.inputGradients.size(); ++i) {
            VERIFY_NEAR(run.read(run.inputGradients[i]), times(e.inputGradients[i], factor), 1e-5);
            QVERIFY(run.paddingIsZero(run.inputGradients[i]));
        }
        for (std::size_t i = 0; ofWeights && i < e.weightGradients.size(); ++i) {
            if (e.weightGradients[i].empty()) continue;
            const WeightShape& shape = run.c.shapes.weights[i];
            VERIFY_NEAR(run.read(run.weightGradients[i]), times(toRows(shape, e.weightGradients[i]), factor), 1e-5);
            QVERIFY(run.paddingIsZero(run.weightGradients[i]));
        }
    }

    void compareStatistics(const OnDevice& run, const std::vector<Values>& wanted) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (run.c.shapes.weights[i].role == WeightRole::statistic)
                VERIFY_NEAR(run.read(run.weights[i]), wanted[i], 2e-6);
        }
    }

  private slots:
    void everyTypeIsDescribed() {
        for (const LayerType* type : layerTypes()) {
            QVERIFY(!type->name.empty() && !type->label.empty() && !type->group.empty() &&
                    type->summary.ends_with('.'));
            QVERIFY(type->shapes && type->multiplyAdds);
            // Only the input has no definition to compare with; only what is always a view has no ops.
            QCOMPARE(type->inputCount == 0, type->reference == nullptr);
            QCOMPARE(type->inputCount == 0 || (type->aliasesInput && !type->canAlias), type->forward == nullptr);
            QCOMPARE(type->forward == nullptr, type->backward == nullptr);
            QVERIFY(type->inputCount == 0 || (type->onnx && !type->examples.empty()));
            QCOMPARE(findLayerType(type->name), type);
            for (const Param& param : type->params) QVERIFY(!param.label.empty() && param.help.ends_with('.'));
        }
        QVERIFY(!findLayerType("no such layer"));
    }

    void weightsHaveTheRowsOfTheirExtents() {
        for (const LayerType* type : layerTypes()) {
            for (const LayerExample& example : type->examples) {
                for (const WeightShape& weight : makeCase(*type, example).shapes.weights) {
                    std::vector<std::int64_t> dims = weight.dims;
                    QCOMPARE(dims.back(), weight.columns);
                    if (weight.padRows) dims[dims.size() - 2] = roundUp4(dims[dims.size() - 2]);
                    std::int64_t size = 1;
                    for (const std::int64_t extent : dims) size *= extent;
                    QCOMPARE(size, weight.rows * weight.columns);
                    QVERIFY(weight.onnxOrder.empty() || weight.onnxOrder.size() == weight.dims.size());
                }
            }
        }
    }

    void aMistakeIsToldWithItsMend_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<LayerExample>("example");
        QTest::addColumn<QString>("mend");
        const auto n = [](std::int64_t value) { return ParamValue(value); };
        const auto row = [](const char* type, LayerExample example, const char* mend) {
            QTest::addRow("%s: %s", type, mend) << type << example << mend;
        };
        row("dense", {{{4, 4, 3}}}, "put a flatten layer before it");
        row("softmax", {{{4, 4, 3}}}, "put a flatten and a dense layer before it");
        row("conv2d", {{{8}}}, "put it before the layer that flattens");
        row("conv2d", {{{5, 9, 3}}, {{"kernel_height", n(7)}, {"padding", "valid"}}}, "lower the size");
        row("conv2d", {{{9, 9, 3}}, {{"groups", n(2)}}}, "choose a number of groups that divides them");
        row("conv2d", {{{9, 9, 4}}, {{"groups", n(4)}, {"filters", n(6)}}}, "0 groups and 0 filters");
        row("max_pool", {{{6, 6, 1}}, {{"padding", "number"}, {"padding_pixels", n(2)}}}, "choose less padding");
        row("average_pool", {{{1, 6, 1}}}, "choose the padding 'same'");
        row("global_average_pool", {{{8}}}, "put it before the layer that flattens");
        row("group_norm", {{{4, 4, 12}}}, "choose a number of groups that divides them");
        row("add", {{{4, 4, 3}, {4, 4, 5}}}, "bring them to one shape");
        row("multiply", {{{4, 4, 3}, {5}}}, "or one of them to a list of 3");
        row("concat", {{{4, 4, 3}, {4, 5, 3}}}, "bring them to one height and width");
        row("squeeze_excite", {{{6, 8}}}, "put it before the layer that flattens");
        row("patch_embedding", {{{30, 32, 3}}}, "choose a patch size that divides height and width");
        row("patch_embedding", {{{8}}}, "put it before the layer that flattens");
        row("position_embedding", {{{4, 4, 3}}}, "put it behind a patch embedding");
        row("self_attention", {{{4, 4, 8}}}, "put a patch embedding before it");
        row("self_attention", {{{4, 24}}}, "choose a width that is a multiple of 16");
    }
    void aMistakeIsToldWithItsMend() {
        QFETCH(QString, type);
        QFETCH(LayerExample, example);
        QFETCH(QString, mend);
        const LayerType& layer = *findLayerType(type.toStdString());
        const auto params = resolveParams(allParams(layer), example.params, layer.name);
        QVERIFY(params.ok());
        const auto shapes = layer.shapes({*params, example.inputs, classes, Shape{4, 4, 1}});
        QVERIFY(!shapes.ok());
        const QString message = QString::fromStdString(shapes.error().message);
        QVERIFY2(message.contains(mend), qPrintable(message));
    }

    void forwardAndBackwardMatchTheDefinition_data() {
        addExamples([](const LayerType&) { return true; });
    }
    void forwardAndBackwardMatchTheDefinition() {
        QFETCH(QString, type);
        QFETCH(int, example);
        QFETCH(int, body);
        const LayerType& layer = *findLayerType(type.toStdString());
        const Case c = makeCase(layer, layer.examples[std::size_t(example)]);
        const Expected& e = expected(type + QString::number(example), c);
        const LayerInput input{c.params, c.inputShapes, classes, Shape{4, 4, 1}};
        if (layer.aliasesInput && (!layer.canAlias || layer.canAlias(input))) {
            QCOMPARE(e.training, c.inputs[0]);  // a view: the same numbers in the same order
            if (!layer.forward) return;
        }
        OnDevice run(device(TestBody(body)), c);
        run.forward(Pass::training);
        const Values output = run.read(run.output);
        VERIFY_NEAR(output, e.training, 2e-6);
        QVERIFY(run.paddingIsZero(run.output));
        compareStatistics(run, e.statistics);
        run.backward();
        compareGradients(run, e, 1);

        // The same pass again moves no statistics and gives the same numbers; now gradients are added to those above.
        run.forward(Pass::again);
        VERIFY_NEAR(run.read(run.output), output, 1e-6);
        compareStatistics(run, e.statistics);
        run.backward([](LayerRecording& r) {
            r.accumulate.assign(r.accumulate.size(), true);
            r.accumulateWeights = true;
        });
        compareGradients(run, e, 2);

        // What nobody needs is left out, and the rest stays right.
        run.backward([](LayerRecording& r) { r.inputGradients.assign(r.inputGradients.size(), {}); });
        compareGradients(run, e, 2, true, false);
        compareGradients(run, e, 1, false, true);
        run.backward([](LayerRecording& r) {
            r.weightGradients.assign(r.weightGradients.size(), {});
            r.accumulate.assign(r.accumulate.size(), true);
        });
        compareGradients(run, e, 3, true, false);
        compareGradients(run, e, 1, false, true);
    }

    void aFinishedNetworkMatchesTheDefinition_data() {
        addExamples([](const LayerType&) { return true; });
    }
    void aFinishedNetworkMatchesTheDefinition() {
        QFETCH(QString, type);
        QFETCH(int, example);
        QFETCH(int, body);
        const LayerType& layer = *findLayerType(type.toStdString());
        if (!layer.forward) return;
        const Case c = makeCase(layer, layer.examples[std::size_t(example)]);
        const Expected& e = expected(type + QString::number(example), c);
        const OnDevice run(device(TestBody(body)), c);
        run.forward(Pass::inference);
        VERIFY_NEAR(run.read(run.output), e.inference, 2e-6);
        QVERIFY(run.paddingIsZero(run.output));
        compareStatistics(run, c.weights);
    }

    void aFusedActivationMatchesTheDefinition_data() {
        addExamples([](const LayerType& type) { return type.fusesActivation; });
    }
    void aFusedActivationMatchesTheDefinition() {
        QFETCH(QString, type);
        QFETCH(int, example);
        QFETCH(int, body);
        const LayerType& layer = *findLayerType(type.toStdString());
        Case c = makeCase(layer, layer.examples[std::size_t(example)]);
        c.activation = {example % 2 ? ActivationKind::tanh : ActivationKind::elu, 0.5f};
        const Expected& e = expected(type + QString::number(example) + " fused", c);
        OnDevice run(device(TestBody(body)), c);
        run.forward(Pass::training);
        VERIFY_NEAR(run.read(run.output), e.training, 2e-6);
        QVERIFY(run.paddingIsZero(run.output));
        run.backward();
        compareGradients(run, e, 1);
        const OnDevice finished(device(TestBody(body)), c);
        finished.forward(Pass::inference);
        VERIFY_NEAR(finished.read(finished.output), e.inference, 2e-6);
    }
};

QTEST_GUILESS_MAIN(TstLayers)
#include "tst_layers.moc"
