// Every layer type with every one of its examples, exported inside a small network: OpenCV DNN must give what the
// double-precision definitions give.
#include <QTest>

#include "tests/model/onnx_case.h"

using namespace lemnos;

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
        const OnnxCase c = exampleCase(layer, chosen);
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
