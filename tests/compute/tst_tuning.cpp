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
            // Subgroups of 32 share out 16 x 16 matrices, two of them across.
            if (t.matrices) QVERIFY(t.lx % 8 == 0 && t.ly % 4 == 0 && t.rowsEach % 4 == 0 && t.depth % 16 == 0);
        }
        QVERIFY(isUsable(startTable, false));
        QVERIFY(isUsable(startTableWithMatrices, true));
        QVERIFY(!isUsable(startTableWithMatrices, false));
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
        const bool matrices = tilings[std::size_t(choice)].matrices;
        Tuning tuning(2 * productClasses, choice);
        if (matrices) std::fill_n(tuning.begin(), productClasses, 0);
        const auto device = openTestDevice(matrices ? TestBody::matrices : TestBody::tiled, {.tuning = tuning});
        const auto& traits = static_cast<VulkanDevice&>(*device).traits();
        QCOMPARE(Tuning(traits.tilings.begin(), traits.tilings.end()), tuning);
        const ElementType values = matrices ? ElementType::float16 : ElementType::float32;
        const auto reference = openReferenceDevice();
        int tested = 0;
        for (const ReferenceOp* op : referenceOps()) {
            const std::string name = op->name;
            if (name != "gemm" && !name.starts_with("conv2d")) continue;
            // Every few of them: shaders take long to compile here, most of all those with emulated matrices.
            const std::size_t step = (name == "gemm" ? 1 : 9) * (matrices ? 4 : 1);
            for (std::size_t i = 0; i < op->examples.size(); i += step) {
                if (matrices && !op->hasHalf(op->examples[i])) continue;
                const auto result = compare(*op, op->examples[i], *device, *reference, values);
                QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
                QVERIFY2(result->ok(), (name + ", " + result->example).c_str());
                ++tested;
            }
        }
        QVERIFY(tested > (matrices ? 5 : 20));
    }

    void numbersOfAnotherVersionAreNotUsed_data() {
        QTest::addColumn<std::vector<int>>("tuning");
        QTest::newRow("none") << Tuning{};
        QTest::newRow("too few") << Tuning{2};
        QTest::newRow("too many") << Tuning(2 * productClasses + 1, 0);
        QTest::newRow("unknown") << Tuning(2 * productClasses, 99);
        QTest::newRow("unknown, and 0 as a byte") << Tuning(2 * productClasses, 256);
        QTest::newRow("negative") << Tuning(2 * productClasses, -1);
        QTest::newRow("for matrices that are not there") << Tuning(2 * productClasses, int(tilings.size()) - 1);
    }
    void numbersOfAnotherVersionAreNotUsed() {
        QFETCH(std::vector<int>, tuning);
        const auto device = openTestDevice(TestBody::tiled, {.tuning = tuning});
        QCOMPARE(static_cast<VulkanDevice&>(*device).traits().tilings, startTable);
    }

    void whatWasMeasuredIsUsed_data() {
        QTest::addColumn<int>("body");
        for (const TestBody body : {TestBody::tiled, TestBody::matrices}) QTest::newRow(nameOf(body)) << int(body);
    }
    void whatWasMeasuredIsUsed() {
        QFETCH(int, body);
        const auto device = openTestDevice(TestBody(body));
        auto& vulkan = static_cast<VulkanDevice&>(*device);
        const auto tuning = vulkan.tune(0.5);
        QVERIFY2(tuning.ok(), tuning ? "" : tuning.error().message.c_str());
        const TilingChoice& used = vulkan.traits().tilings;
        QCOMPARE(*tuning, Tuning(used.begin(), used.end()));
        QVERIFY(isUsable(used, vulkan.traits().matrices != Matrices::none));
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
