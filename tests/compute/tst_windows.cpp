// Ops on tensors that are longer than what a device can bind at once.
#include <QTest>
#include <set>

#include "compute/ops/conv2d.h"
#include "compute/ops/conv2d_grad_input.h"
#include "compute/ops/conv2d_grad_weight.h"
#include "compute/ops/gemm.h"
#include "compute/reference/reference_op.h"
#include "compute/vulkan/vulkan_device.h"
#include "tests/support/test_device.h"

using namespace lemnos;

namespace {

/// Shorter than the longest tensors of the examples, longer than those that are always bound whole.
constexpr std::int64_t shortBinding = 45 * 1024;

constexpr const char* ops[] = {"activate",   "activate_grad",   "add",          "add_row", "multiply", "group_sum",
                               "column_sum", "group_broadcast", "copy_columns", "repack",  "dropout",  "unpack_pixels"};

OpExample gemmExample(const char* name, std::int64_t m, std::int64_t n, std::int64_t k, bool ta, bool tb) {
    return {
        name,
        [=](OpTrial& t) {
            const Tensor a = ta ? t.values(k, m) : t.values(m, k), b = tb ? t.values(n, k) : t.values(k, n);
            t.add(Gemm{a, b, t.changed(m, n), ta, tb, t.parameters(1, n), true, {ActivationKind::leakyRelu, 0.25f}});
        },
        2e-6};
}

/// A convolution and its gradients, of pictures that each begin anywhere in a window.
std::vector<OpExample> convExamples(std::int64_t height, std::int64_t width, std::int64_t in, std::int64_t out,
                                    std::int64_t stride, std::int64_t groups) {
    ConvGeometry g;
    g.batch = 45;
    g.inHeight = height;
    g.inWidth = width;
    g.outHeight = (height + stride - 1) / stride;
    g.outWidth = (width + stride - 1) / stride;
    g.inChannels = in;
    g.outChannels = out;
    g.kernelHeight = g.kernelWidth = 3;
    g.strideHeight = g.strideWidth = stride;
    g.padTop = g.padLeft = 1;
    g.groups = groups;
    const std::string size = std::to_string(height) + "x" + std::to_string(width) + ", " + std::to_string(in) + " to " +
                             std::to_string(out) + " channels";
    return {
        {size,
         [=](OpTrial& t) {
             t.add(Conv2d{t.values(g.inRows(), in),
                          t.convWeights(g),
                          t.result(g.outRows(), out),
                          g,
                          t.parameters(1, out),
                          {ActivationKind::relu}});
         },
         2e-6},
        {size + ", by the input",
         [=](OpTrial& t) {
             t.add(Conv2dGradInput{t.values(g.outRows(), out), t.convWeights(g), t.changed(g.inRows(), in), g, true});
         },
         2e-6},
        {size + ", by the weights",
         [=](OpTrial& t) {
             t.add(Conv2dGradWeight{t.values(g.inRows(), in), t.values(g.outRows(), out),
                                    t.parameterResult(g.weightRows(), out), g});
         },
         5e-6}};
}

/// The ReferenceOp of a product.
const ReferenceOp& productOp(const std::string& example) {
    const char* name = example.find("by the input") != std::string::npos     ? Conv2dGradInput::name
                       : example.find("by the weights") != std::string::npos ? Conv2dGradWeight::name
                       : example.find("channels") != std::string::npos       ? Conv2d::name
                                                                             : Gemm::name;
    return **std::ranges::find(referenceOps(), std::string(name), [](const ReferenceOp* op) { return op->name; });
}

std::vector<OpExample> products() {
    std::vector<OpExample> list = {gemmExample("rows", 700, 33, 50, false, false),
                                   gemmExample("rows and depth", 300, 128, 200, false, false),
                                   gemmExample("depth, A transposed", 60, 70, 900, true, false),
                                   gemmExample("rows, B transposed", 900, 40, 60, false, true)};
    for (const auto& more : {convExamples(17, 16, 8, 12, 1, 1), convExamples(9, 7, 5, 3, 2, 1),
                             convExamples(8, 8, 8, 8, 1, 8), convExamples(8, 9, 6, 4, 2, 2)})
        list.insert(list.end(), more.begin(), more.end());
    return list;
}

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

    void longProductsGoInParts_data() {
        QTest::addColumn<int>("body");
        QTest::addColumn<bool>("byTime");
        for (const TestBody body : {TestBody::lane, TestBody::tiled}) {
            QTest::addRow("%s, by what can be bound", nameOf(body)) << int(body) << false;
            QTest::addRow("%s, by the time of a call", nameOf(body)) << int(body) << true;
        }
    }
    void longProductsGoInParts() {
        QFETCH(int, body);
        QFETCH(bool, byTime);
        const auto device = openTestDevice(TestBody(body)), reference = openReferenceDevice();
        auto& vulkan = static_cast<VulkanDevice&>(*device);
        // Each of the examples is longer than this.
        if (byTime)
            vulkan.limitCalls(1e5);
        else
            vulkan.limitBindings(64 * 1024);
        for (const OpExample& example : products()) {
            const auto result = compare(productOp(example.name), example, *device, *reference);
            QVERIFY2(result.ok(), result ? "" : (example.name + ": " + result.error().message).c_str());
            QVERIFY2(result->ok(), qPrintable(QString("%1 differs by %2%3")
                                                  .arg(example.name.c_str())
                                                  .arg(result->difference)
                                                  .arg(result->paddingIsZero ? "" : "; padding is not zero")));
        }
    }
};

QTEST_GUILESS_MAIN(TstWindows)
#include "tst_windows.moc"
