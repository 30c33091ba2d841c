// Every layer type with every one of its examples, exported inside a small network: OpenCV DNN must give what the
// double-precision definitions give.
#include <QTest>

#include "tests/model/onnx_case.h"

using namespace lemnos;

namespace {

/// Puts a network together layer by layer, without the rules that a network for training has to follow.
class Network {
  public:
    explicit Network(const Shape& picture) : m_picture(picture) { add("input", {}); }

    /// Index of the new layer.
    int add(std::string_view type, std::vector<int> inputs, const ParamMap& params = {}) {
        LayerPlan layer;
        layer.type = findLayerType(type);
        layer.spec = {std::string(type) + std::to_string(m_case.plan.layers.size()),
                      std::string(type),
                      {},
                      *resolveParams(allParams(*layer.type), params, type)};
        layer.inputs = std::move(inputs);
        for (const int i : layer.inputs) layer.inputShapes.push_back(shapeOf(i));
        const LayerShapes shapes = *layer.type->shapes({layer.spec.params, layer.inputShapes, 6, m_picture});
        layer.output = shapes.output;
        for (const WeightShape& weight : shapes.weights)
            layer.weights.push_back({layer.spec.name + "." + weight.name, weight, 0});
        m_case.plan.layers.push_back(std::move(layer));
        return static_cast<int>(m_case.plan.layers.size()) - 1;
    }

    const Shape& shapeOf(int layer) const { return m_case.plan.layers[static_cast<std::size_t>(layer)].output; }

    /// A layer that makes a value of this shape of the picture.
    int valueOf(const Shape& shape) {
        if (shape == m_picture) return 0;
        if (shape.rank() == 2) return add("patch_embedding", {0}, {{"size", std::int64_t{1}}, {"width", shape[1]}});
        const int picture =
            add("conv2d", {0},
                {{"filters", shape.columns()}, {"kernel_height", std::int64_t{1}}, {"kernel_width", std::int64_t{1}}});
        return shape.rank() == 3 ? picture : add("global_average_pool", {picture});
    }

    /// With the last layer's value as the answer.
    OnnxCase finish() {
        m_case.spec.preprocess = preprocessOf(m_picture);
        m_case.spec.classes.assign(static_cast<std::size_t>(m_case.plan.layers.back().output.size()), "class");
        addWeights(m_case);
        return std::move(m_case);
    }

  private:
    Shape m_picture;
    OnnxCase m_case;
};

/// A picture of which values of all the shapes can be made.
Shape pictureFor(const std::vector<Shape>& shapes) {
    for (const Shape& shape : shapes) {
        if (shape.rank() == 3) return shape;
    }
    return shapes[0].rank() == 2 ? Shape{1, shapes[0][0], 3} : Shape{2, 2, 3};
}

}  // namespace

class TstOnnxLayers : public QObject {
    Q_OBJECT

  private slots:
    void openCvAgreesWithTheDefinition_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("example");
        for (const LayerType* type : layerTypes()) {
            const std::string name(type->name);
            for (std::size_t i = 0; i < type->examples.size(); ++i)
                QTest::addRow("%s %zu", name.c_str(), i) << QString::fromStdString(name) << int(i);
        }
    }

    void openCvAgreesWithTheDefinition() {
        QFETCH(QString, type);
        QFETCH(int, example);
        const LayerType& layer = *findLayerType(type.toStdString());
        const LayerExample& chosen = layer.examples[std::size_t(example)];
        const Shape picture = pictureFor(chosen.inputs);
        Network network(picture);
        std::vector<int> inputs;
        for (const Shape& shape : chosen.inputs) inputs.push_back(network.valueOf(shape));
        // Flattened, pictures lie in our order again.
        network.add("flatten", {network.add(layer.name, inputs, chosen.params)});
        const OnnxCase c = network.finish();
        const Result<std::string> bytes = toOnnx(c.spec, c.plan, c.weights);
        QVERIFY2(bytes.ok(), bytes ? "" : bytes.error().message.c_str());
        cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes->data(), bytes->size());
        for (const std::int64_t batch : {1, 5, 2}) {
            const std::vector<std::uint8_t> pixels = randomPixels(picture, batch);
            const double worst = difference(openCvAnswer(net, pixels, picture, batch), reference(c, pixels, batch));
            QVERIFY2(worst < 1e-5, qPrintable(QString("differs by %1 at batch %2").arg(worst).arg(batch)));
        }
    }
};

QTEST_GUILESS_MAIN(TstOnnxLayers)
#include "tst_onnx_layers.moc"
