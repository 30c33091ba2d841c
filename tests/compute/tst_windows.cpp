// Ops on tensors that are longer than what a device can bind at once.
#include <QTest>
#include <set>

#include "compute/reference/reference_op.h"
#include "compute/vulkan/vulkan_device.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

/// Shorter than the longest tensors of the examples, longer than those that are always bound whole.
constexpr std::int64_t shortBinding = 45 * 1024;

constexpr const char* ops[] = {"activate",   "activate_grad",   "add",          "add_row", "multiply", "group_sum",
                               "column_sum", "group_broadcast", "copy_columns", "repack",  "dropout",  "unpack_pixels"};

}  // namespace

class TstWindows : public QObject {
    Q_OBJECT

  private slots:
    void longTensorsGoInParts_data() {
        QTest::addColumn<int>("body");
        for (const TestBody body : {TestBody::lane, TestBody::tiled}) QTest::newRow(nameOf(body)) << int(body);
    }
    void longTensorsGoInParts() {
        QFETCH(int, body);
        const auto device = openTestDevice(TestBody(body)), reference = openReferenceDevice();
        static_cast<VulkanDevice&>(*device).limitBindings(shortBinding);
        std::set<std::string> tested;
        for (const ReferenceOp* op : referenceOps()) {
            if (std::find(std::begin(ops), std::end(ops), std::string(op->name)) == std::end(ops)) continue;
            for (const OpExample& example : op->examples) {
                const auto result = compare(*op, example, *device, *reference);
                const std::string which = op->name + (", " + example.name);
                QVERIFY2(result.ok(), result ? "" : (which + ": " + result.error().message).c_str());
                QVERIFY2(result->ok(),
                         qPrintable(QString("%1 differs by %2").arg(which.c_str()).arg(result->difference)));
            }
            tested.insert(op->name);
        }
        QCOMPARE(tested.size(), std::size(ops));
    }
};

QTEST_GUILESS_MAIN(TstWindows)
#include "tst_windows.moc"
