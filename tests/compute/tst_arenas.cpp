// Ops over whole arenas: longer than one binding can be, and the same to the bit from run to run.
#include <QTest>
#include <cmath>
#include <cstring>

#include "compute/ops/clip_norm.h"
#include "compute/ops/clip_value.h"
#include "compute/ops/max_norm.h"
#include "tests/support/test_device.h"

using namespace lemnos;

class TstArenas : public QObject {
    Q_OBJECT

  private slots:
    void anArenaMayBeLongerThanABinding() {
        // Software Vulkan binds 128 MiB at most; the last window of this one is short.
        constexpr std::int64_t n = (std::int64_t{1} << 25) + 1000, columns = 1000;
        const auto device = openTestDevice(TestBody::lane);
        auto buffer = device->allocate(n * 4, Memory::device);
        QVERIFY(buffer.ok());
        const Tensor x = matrix(**buffer, 0, 1, n);
        std::vector<float> values(n, 0.5f);
        values.front() = values.back() = 8;
        QVERIFY(device->upload(**buffer, 0, std::as_bytes(std::span(values))).ok());

        runOps(*device, [&](Recorder& r) { r.add(ClipValue{x, 0.5}); });
        runOps(*device, [&](Recorder& r) { r.add(ClipNorm{x, std::sqrt(double(n)) / 4}); });
        QVERIFY(device->download(**buffer, 0, std::as_writable_bytes(std::span(values))).ok());
        for (const float value : values)
            if (std::abs(value - 0.25f) > 1e-6f) QFAIL("An element was left out.");

        // The same memory as a matrix: every column has rows elements of 0.25.
        const std::int64_t rows = n / columns;
        runOps(*device, [&](Recorder& r) {
            r.add(MaxNorm{matrix(**buffer, 0, rows, columns), std::sqrt(double(rows)) / 8});
        });
        QVERIFY(device->download(**buffer, 0, std::as_writable_bytes(std::span(values))).ok());
        for (std::int64_t i = 0; i < rows * columns; ++i)
            if (std::abs(values[std::size_t(i)] - 0.125f) > 1e-6f) QFAIL("A row was left out.");
    }

    void normsAreTheSameToTheBitEveryTime_data() { addTestBodies(); }
    void normsAreTheSameToTheBitEveryTime() {
        QFETCH(int, body);
        const auto device = openTestDevice(TestBody(body));
        constexpr std::int64_t n = 200003;
        std::vector<double> first;
        for (int run = 0; run < 3; ++run) {
            const auto x = makeMatrix(*device, 1, n, randomValues(n, 5));
            runOps(*device, [&](Recorder& r) { r.add(ClipNorm{x.tensor, 1}); });
            const auto values = readMatrix(*device, x);
            if (run == 0) first = values;
            QVERIFY(std::memcmp(values.data(), first.data(), n * sizeof(double)) == 0);
        }
        double squares = 0;
        for (const double value : first) squares += value * value;
        QVERIFY(std::abs(squares - 1) < 1e-5);
    }
};

QTEST_GUILESS_MAIN(TstArenas)
#include "tst_arenas.moc"
