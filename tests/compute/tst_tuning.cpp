// Tuning: every variant computes right, and what is measured is what is used.
#include <QTest>

#include "compute/reference/reference_op.h"
#include "compute/tuning.h"
#include "compute/vulkan/vulkan_device.h"
#include "tests/support/test_device.h"

using namespace lemnos;

class TstTuning : public QObject {
    Q_OBJECT

  private slots:
    void everyTilingDividesItsLoadsEvenly() {
        for (const Tiling& t : tilings) {
            QCOMPARE(t.rows() * t.depth / 4 % (t.lx * t.ly), 0u);
            QCOMPARE(t.lx * t.ly % (t.rows() / 4), 0u);
            QVERIFY(t.lx * t.ly <= 256);
        }
        for (const auto choice : startTable) QVERIFY(choice < tilings.size());
    }

    void everyTilingComputesRight_data() {
        QTest::addColumn<int>("choice");
        for (std::size_t i = 0; i < tilings.size(); ++i) {
            const Tiling& t = tilings[i];
            QTest::addRow("%u x %u invocations, %u rows each", t.lx, t.ly, t.rowsEach) << int(i);
        }
    }
    void everyTilingComputesRight() {
        QFETCH(int, choice);
        const auto device = openTestDevice(TestBody::tiled, {.tuning = Tuning(productClasses, choice)});
        const auto& traits = static_cast<VulkanDevice&>(*device).traits();
        for (const auto used : traits.tilings) QCOMPARE(int(used), choice);
        const auto reference = openReferenceDevice();
        int tested = 0;
        for (const ReferenceOp* op : referenceOps()) {
            const std::string name = op->name;
            if (name != "gemm" && !name.starts_with("conv2d")) continue;
            // Every few of them: shaders take long to compile here.
            const std::size_t step = name == "gemm" ? 1 : 9;
            for (std::size_t i = 0; i < op->examples.size(); i += step) {
                const auto result = compare(*op, op->examples[i], *device, *reference);
                QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
                QVERIFY2(result->ok(), (name + ", " + result->example).c_str());
                ++tested;
            }
        }
        QVERIFY(tested > 20);
    }

    void numbersOfAnotherVersionAreNotUsed_data() {
        QTest::addColumn<std::vector<int>>("tuning");
        QTest::newRow("none") << Tuning{};
        QTest::newRow("too few") << Tuning{2};
        QTest::newRow("too many") << Tuning(productClasses + 1, 0);
        QTest::newRow("unknown") << Tuning(productClasses, 99);
        QTest::newRow("negative") << Tuning(productClasses, -1);
    }
    void numbersOfAnotherVersionAreNotUsed() {
        QFETCH(std::vector<int>, tuning);
        const auto device = openTestDevice(TestBody::tiled, {.tuning = tuning});
        QCOMPARE(static_cast<VulkanDevice&>(*device).traits().tilings, startTable);
    }

    void whatWasMeasuredIsUsed() {
        const auto device = openTestDevice(TestBody::tiled);
        auto& vulkan = static_cast<VulkanDevice&>(*device);
        const auto tuning = vulkan.tune(0.5);
        QVERIFY2(tuning.ok(), tuning ? "" : tuning.error().message.c_str());
        QCOMPARE(tuning->size(), productClasses);
        for (std::size_t i = 0; i < productClasses; ++i) QCOMPARE((*tuning)[i], int(vulkan.traits().tilings[i]));
    }

    void devicesWithoutAChoiceHaveNothingToMeasure() {
        for (const char* id : {"cpu", "vulkan:0"}) {
            const auto tuning = measureTuning(id);
            QVERIFY2(tuning.ok(), tuning ? "" : tuning.error().message.c_str());
            QVERIFY(tuning->empty());
        }
    }
};

QTEST_GUILESS_MAIN(TstTuning)
#include "tst_tuning.moc"
