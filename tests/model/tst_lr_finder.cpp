// The learning-rate range test, on generated pictures and on curves made by hand.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "model/train/lr_finder.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;

namespace {

constexpr DeviceOptions checked{.validate = true};

}  // namespace

class TstLrFinder : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    RunSpec spec() const {
        RunSpec s = *makeRunSpec(m_folder.path().toStdString(), "mlp256");
        s.settings["batch"] = std::int64_t{16};
        return s;
    }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(m_folder.path().toStdString(), {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
    }

    void aRateThatTheNetworkLearnsAtIsSuggested() {
        const auto finding = findRate(spec(), {.steps = 60, .low = 1e-6, .high = 100}, {}, {}, checked);
        QVERIFY2(finding.ok(), finding ? "" : finding.error().message.c_str());
        const auto& points = finding->points;
        QVERIFY(points.size() > 20 && points.size() < 60);  // 100 is far too high: the loss has run away before
        QCOMPARE(points.front().rate, 1e-6);
        const double growth = std::pow(1e8, 1.0 / 59);
        double lowest = points.front().loss;
        for (std::size_t i = 1; i < points.size(); ++i) {
            QVERIFY(std::abs(points[i].rate / points[i - 1].rate - growth) < 1e-9);
            lowest = std::min(lowest, points[i].loss);
            QVERIFY(points[i].loss <= 4 * lowest);
        }
        QVERIFY2(finding->suggestion > 1e-5 && finding->suggestion < 0.3,
                 qPrintable(QString::number(finding->suggestion)));
        QVERIFY(lowest < points.front().loss);
    }

    void theSameSearchFindsTheSame() {
        const RateSearch search{.steps = 20, .low = 1e-5, .high = 0.1};
        const auto a = findRate(spec(), search, {}, {}, checked), b = findRate(spec(), search, {}, {}, checked);
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(a->points.size(), b->points.size());
        for (std::size_t i = 0; i < a->points.size(); ++i) QCOMPARE(a->points[i].loss, b->points[i].loss);
    }

    void theSteepestDescentBeforeTheLowestLossCounts() {
        std::vector<RatePoint> points;
        for (const double loss : {2.0, 1.95, 1.8, 1.2, 0.9, 0.8, 1.5, 0.81})
            points.push_back({std::pow(10.0, double(points.size()) - 6), loss});
        QCOMPARE(steepestRate(points), points[3].rate);
        QCOMPARE(steepestRate({}), 0.0);
        QCOMPARE(steepestRate({{1e-3, 1}, {1e-2, 1}, {1e-1, 1}}), 0.0);
        QCOMPARE(steepestRate({{1e-3, 1}, {1e-2, 2}, {1e-1, 3}}), 0.0);
    }

    void aSearchThatMakesNoSenseIsRefused() {
        for (const RateSearch& search :
             {RateSearch{5, 1e-7, 1}, RateSearch{50, 0, 1}, RateSearch{50, 1, 1}, RateSearch{50, 1e-3, INFINITY}})
            QVERIFY(!findRate(spec(), search, {}, {}, checked).ok());
    }

    void aStopRequestEndsTheSearch() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!findRate(spec(), {}, {}, stop.get_token(), checked).ok());
    }
};

QTEST_GUILESS_MAIN(TstLrFinder)
#include "tst_lr_finder.moc"
