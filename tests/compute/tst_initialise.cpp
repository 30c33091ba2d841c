// The weights that a network starts with: mean, deviation and range of each initialiser, padding, and independence.
#include <QTest>
#include <algorithm>
#include <cmath>

#include "model/graph/initialise.h"

using namespace lemnos;

namespace {

constexpr std::int64_t rows = 400, columns = 250;

WeightShape shape(Initialiser initialiser) {
    return {.name = "weight", .rows = rows, .columns = columns, .initialiser = initialiser, .dims = {rows, columns}};
}

/// All elements without padding, which is checked to be as it was.
std::vector<double> drawn(const WeightShape& weight, std::uint64_t seed = 42, std::uint32_t layer = 3,
                          std::uint32_t index = 0) {
    const std::int64_t stride = roundUp4(weight.columns);
    std::vector<float> arena(std::size_t(weight.rows * stride), 0.0f);
    initialise(weight, seed, layer, index, arena);
    std::vector<double> values;
    for (std::int64_t i = 0; i < weight.rows * stride; ++i) {
        if (i % stride < weight.columns)
            values.push_back(double(arena[std::size_t(i)]));
        else if (arena[std::size_t(i)] != 0)
            return {};
    }
    return values;
}

struct Moments {
    double mean = 0, deviation = 0, fourth = 0;  ///< the fourth standardised moment: 1.8 if even, 3 if normal
};

Moments momentsOf(const std::vector<double>& values) {
    Moments m;
    const auto n = double(values.size());
    for (const double v : values) m.mean += v / n;
    double variance = 0, fourth = 0;
    for (const double v : values) {
        const double square = (v - m.mean) * (v - m.mean);
        variance += square / n;
        fourth += square * square / n;
    }
    m.deviation = std::sqrt(variance);
    m.fourth = fourth / (variance * variance);
    return m;
}

/// Five times the deviation of the mean of rows x columns numbers.
double meanLimit(double deviation) {
    return 5 * deviation / std::sqrt(double(rows * columns));
}

}  // namespace

class TstInitialise : public QObject {
    Q_OBJECT

  private slots:
    void zeroAndOneAreJustThat() {
        const auto zeros = drawn(shape(Initialiser::zero)), ones = drawn(shape(Initialiser::one));
        QVERIFY(std::all_of(zeros.begin(), zeros.end(), [](double v) { return v == 0; }));
        QVERIFY(ones.size() == rows * columns &&
                std::all_of(ones.begin(), ones.end(), [](double v) { return v == 1; }));
    }

    void glorotIsEvenWithinItsLimit() {
        const auto values = drawn(shape(Initialiser::glorotUniform));
        const double limit = std::sqrt(6.0 / (rows + columns));
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        QVERIFY(*least >= -limit && *least < -0.99 * limit);
        QVERIFY(*most <= limit && *most > 0.99 * limit);
        const Moments m = momentsOf(values);
        QVERIFY(std::abs(m.mean) < meanLimit(limit / std::sqrt(3.0)));
        QVERIFY(std::abs(m.fourth - 1.8) < 0.05);
    }

    void glorotTakesItsFansWhereTheyAreGiven() {
        WeightShape weight = shape(Initialiser::glorotUniform);
        weight.fanIn = 9;
        weight.fanOut = 15;
        const auto values = drawn(weight);
        const double most = *std::max_element(values.begin(), values.end());
        QVERIFY(most <= 0.5 && most > 0.495);  // sqrt(6 / 24)
    }

    void heIsNormal() {
        const Moments whole = momentsOf(drawn(shape(Initialiser::heNormal)));
        const double deviation = std::sqrt(2.0 / rows);
        QVERIFY(std::abs(whole.mean) < meanLimit(deviation));
        QVERIFY(std::abs(whole.deviation / deviation - 1) < 0.01);
        QVERIFY(std::abs(whole.fourth - 3) < 0.1);
        WeightShape weight = shape(Initialiser::heNormal);
        weight.fanIn = 8;
        QVERIFY(std::abs(momentsOf(drawn(weight)).deviation - 0.5) < 0.005);
    }

    void theTruncatedNormalHasNoTails() {
        const auto values = drawn(shape(Initialiser::truncatedNormal));
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        QVERIFY(*least >= -0.04001 && *least < -0.0398);
        QVERIFY(*most <= 0.04001 && *most > 0.0398);
        const Moments m = momentsOf(values);
        QVERIFY(std::abs(m.mean) < meanLimit(0.02));
        // The deviation of a normal that is cut at two deviations: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
        QVERIFY(std::abs(m.deviation / (0.02 * 0.87962) - 1) < 0.01);
    }

    void rowsThatAreThereForPaddingOnlyAreZero() {
        WeightShape weight{.name = "weight",
                           .rows = 9 * 8,
                           .columns = 6,
                           .initialiser = Initialiser::heNormal,
                           .dims = {3, 3, 5, 6},
                           .padRows = true};
        const auto values = drawn(weight);
        QCOMPARE(values.size(), std::size_t(9 * 8 * 6));
        for (std::size_t i = 0; i < values.size(); ++i) QCOMPARE(values[i] == 0, i / 6 % 8 >= 5);
        weight.initialiser = Initialiser::one;
        const auto ones = drawn(weight);
        QCOMPARE(std::count(ones.begin(), ones.end(), 1.0), std::ptrdiff_t(9 * 5 * 6));
    }

    void numbersDependOnSeedLayerAndPlaceOnly() {
        for (const Initialiser initialiser :
             {Initialiser::glorotUniform, Initialiser::heNormal, Initialiser::truncatedNormal}) {
            const WeightShape weight = shape(initialiser);
            const auto first = drawn(weight);
            QVERIFY(!first.empty());
            QVERIFY(drawn(weight) == first);
            QVERIFY(drawn(weight, 43) != first);
            QVERIFY(drawn(weight, 42, 4) != first);
            QVERIFY(drawn(weight, 42, 3, 1) != first);
            auto sorted = first;
            std::sort(sorted.begin(), sorted.end());
            const auto distinct = std::unique(sorted.begin(), sorted.end()) - sorted.begin();
            QVERIFY(distinct > std::ptrdiff_t(first.size()) * 95 / 100);  // equal ones only by the grid of floats
        }
    }
};

QTEST_GUILESS_MAIN(TstInitialise)
#include "tst_initialise.moc"
