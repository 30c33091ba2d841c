// Mixing: shares, labels and pixels of mixup and CutMix.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "model/data/mixing.h"

using namespace lemnos;

namespace {

const Shape picture{6, 8, 3};

/// Row r is filled with the byte of its label; `unused` rows behind don't count.
Batch batchOf(const std::vector<std::uint8_t>& bytes, std::size_t unused = 0) {
    Batch batch;
    batch.rows = std::int64_t(bytes.size() + unused);
    batch.listed = std::int64_t(bytes.size());
    batch.count = std::uint32_t(bytes.size());
    for (const std::uint8_t byte : bytes) {
        batch.pixels.insert(batch.pixels.end(), std::size_t(picture.size()), byte);
        batch.labels.push_back(byte);
    }
    batch.pixels.resize(std::size_t(batch.rows * picture.size()), 77);
    batch.labels.resize(std::size_t(batch.rows), ignoredLabel);
    batch.sampleIndices.resize(std::size_t(batch.rows));
    return batch;
}

double meanOfRow(const Batch& batch, std::size_t row) {
    const auto size = std::size_t(picture.size());
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += batch.pixels[row * size + i];
    return sum / double(size);
}

}  // namespace

class TstMixing : public QObject {
    Q_OBJECT

  private slots:
    void sharesHaveTheMomentsOfTheirDistribution() {
        for (const double alpha : {0.2, 0.5, 1.0, 2.5}) {
            double mean = 0, square = 0;
            constexpr int n = 20000;
            for (std::uint32_t i = 0; i < n; ++i) {
                const double share = betaShare(alpha, 7, 3, i);
                QVERIFY(share >= 0 && share <= 1);
                mean += share / n;
                square += (share - 0.5) * (share - 0.5) / n;
            }
            QVERIFY(std::abs(mean - 0.5) < 0.01);
            QVERIFY(std::abs(square - 1 / (4 * (2 * alpha + 1))) < 0.004);
        }
    }

    void everyPixelIsSharedAsTheLabelsAre() {
        for (const Mixing& mixing : {Mixing{0.4, 0}, Mixing{0, 1}, Mixing{0.4, 1}}) {
            for (std::uint32_t number = 0; number < 40; ++number) {
                const Batch before = batchOf({10, 60, 110, 160, 210});
                Batch batch = before;
                mix(batch, picture, mixing, 1, 2, number);
                QCOMPARE(batch.otherLabels.size(), batch.labels.size());
                QCOMPARE(batch.labelShare.size(), batch.labels.size());
                for (std::size_t row = 0; row < 5; ++row) {
                    const double share = double(batch.labelShare[row]);
                    QVERIFY(share >= 0.5 && share <= 1);
                    QVERIFY(batch.labels[row] != batch.otherLabels[row]);
                    QVERIFY(batch.labels[row] == before.labels[row] || batch.otherLabels[row] == before.labels[row]);
                    const double expected = share * batch.labels[row] + (1 - share) * batch.otherLabels[row];
                    QVERIFY(std::abs(meanOfRow(batch, row) - expected) <= 0.51);
                }
            }
        }
    }

    void cutMixPastesABoxAndLeavesTheRest() {
        bool mixed = false;
        for (std::uint32_t number = 0; number < 20; ++number) {
            Batch batch = batchOf({10, 200});
            mix(batch, picture, {0, 1}, 5, 0, number);
            for (const std::uint8_t byte : batch.pixels) QVERIFY(byte == 10 || byte == 200);
            mixed = mixed || (batch.labelShare[0] > 0.5f && batch.labelShare[0] < 1);
        }
        QVERIFY(mixed);
    }

    void rowsThatDoNotCountStayAsTheyAre() {
        Batch batch = batchOf({10, 200, 30}, 2);
        mix(batch, picture, {1, 0}, 5, 0, 0);
        for (std::size_t row = 3; row < 5; ++row) {
            QCOMPARE(batch.labels[row], ignoredLabel);
            QCOMPARE(meanOfRow(batch, row), 77.0);
        }
        for (std::size_t row = 0; row < 3; ++row) QVERIFY(batch.otherLabels[row] != ignoredLabel);
    }

    void aPictureThatCantBeReadIsMixedIntoNone() {
        const BatchMix mixing({1, 0}, picture, 3, 5, 0, 0);
        Batch batch = batchOf({10, 200, 30});
        batch.labels[1] = ignoredLabel;
        const std::vector<std::int64_t> rows{0, 1, 2};
        mixing.apply(batch, {0, 3}, rows);
        for (const std::size_t row : {0u, 2u}) {
            const bool alone = mixing.partner(std::int64_t(row)) == 1;
            QCOMPARE(batch.labelShare[row] == 1.0f, alone);
            QCOMPARE(batch.otherLabels[row] == batch.labels[row], alone);
            QVERIFY(batch.otherLabels[row] != ignoredLabel && batch.labels[row] != ignoredLabel);
        }
        QCOMPARE(batch.labels[1], ignoredLabel);
        QCOMPARE(meanOfRow(batch, 1), 200.0);
    }

    void nothingIsMixedWithItself() {
        for (const std::vector<std::uint8_t>& bytes : {std::vector<std::uint8_t>{}, std::vector<std::uint8_t>{10}}) {
            Batch batch = batchOf(bytes, 1);
            mix(batch, picture, {1, 1}, 5, 0, 0);
            QVERIFY(batch.otherLabels.empty() && batch.labelShare.empty());
        }
        Batch off = batchOf({10, 20});
        mix(off, picture, {}, 5, 0, 0);
        QVERIFY(off.otherLabels.empty());
    }

    void seedEpochAndBatchDecide() {
        const auto mixed = [](std::uint64_t seed, std::uint32_t epoch, std::uint32_t number) {
            Batch batch = batchOf({10, 60, 110, 160, 210});
            mix(batch, picture, {1, 0}, seed, epoch, number);
            return batch.pixels;
        };
        QVERIFY(mixed(1, 2, 3) == mixed(1, 2, 3));
        QVERIFY(mixed(1, 2, 3) != mixed(2, 2, 3));
        QVERIFY(mixed(1, 2, 3) != mixed(1, 3, 3));
        QVERIFY(mixed(1, 2, 3) != mixed(1, 2, 4));
    }
};

QTEST_GUILESS_MAIN(TstMixing)
#include "tst_mixing.moc"
