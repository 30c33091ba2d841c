// Every op with every one of its examples: what each device gives against the definition in double precision.
#include <QTest>
#include <map>

#include "compute/reference/reference_op.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

/// Whether it has a form for cooperative matrices.
bool isProduct(const std::string& op) {
    return op == "gemm" || op == "batched_gemm" || op.starts_with("conv2d");
}

}  // namespace

class TstOpExamples : public QObject {
    Q_OBJECT

    std::map<TestBody, std::unique_ptr<Device>> m_devices;
    std::unique_ptr<Device> m_reference = openReferenceDevice();

  private slots:
    void everyOpKeepsToItsDefinition_data() {
        QTest::addColumn<int>("op");
        QTest::addColumn<int>("body");
        int index = 0;
        for (const ReferenceOp* op : referenceOps()) {
            for (const TestBody body : {TestBody::lane, TestBody::tiled, TestBody::cpu})
                QTest::addRow("%s %s", op->name, nameOf(body)) << index << int(body);
            if (isProduct(op->name)) QTest::addRow("%s matrices", op->name) << index << int(TestBody::matrices);
            ++index;
        }
    }
    void everyOpKeepsToItsDefinition() {
        QFETCH(int, op);
        QFETCH(int, body);
        auto& device = m_devices[TestBody(body)];
        if (!device) device = openTestDevice(TestBody(body));
        const ReferenceOp& reference = *referenceOps()[std::size_t(op)];
        QVERIFY(!reference.examples.empty());
        const bool matrices = body == int(TestBody::matrices);
        QCOMPARE(device->info().float16, matrices || body == int(TestBody::tiled));
        // Shaders of convolutions are compiled for every geometry, which takes long here: half precision has a part of
        // them.
        const std::size_t ofHalf = std::string(reference.name).starts_with("conv2d") ? (matrices ? 12 : 6) : 1;
        for (std::size_t i = 0; i < reference.examples.size(); ++i) {
            const OpExample& example = reference.examples[i];
            for (const ElementType type : {ElementType::float32, ElementType::float16}) {
                // Cooperative matrices are for half precision.
                if (matrices && type == ElementType::float32) continue;
                if (type == ElementType::float16 &&
                    !(device->info().float16 && reference.hasHalf(example) && i % ofHalf == 0))
                    continue;
                const auto result = compare(reference, example, *device, *m_reference, type);
                QVERIFY2(result.ok(), result ? "" : (example.name + ": " + result.error().message).c_str());
                QVERIFY2(result->ok(), qPrintable(QString("%1 differs by %2, allowed %3%4")
                                                      .arg(QString::fromStdString(result->example))
                                                      .arg(result->difference)
                                                      .arg(result->tolerance)
                                                      .arg(result->paddingIsZero ? "" : "; padding is not zero")));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TstOpExamples)
#include "tst_op_examples.moc"
