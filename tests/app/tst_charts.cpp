// The charts of a run.
#include <QSignalSpy>
#include <QtTest>
#include <limits>

#include "app/gui/theme.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/run_charts.h"

using namespace lemnos;

namespace {

Event progress(std::int64_t epoch, std::int64_t step, double loss) {
    return {.what = ProgressEvent{
                .epoch = epoch, .step = step, .steps = 10, .train = {.loss = loss, .accuracy = 0.5, .count = 32}}};
}

Event epoch(std::int64_t n, double train, double validation, double accuracy, bool best) {
    return {.what = EpochEvent{.epoch = n,
                               .epochs = 20,
                               .train = {.loss = train, .accuracy = accuracy, .count = 320},
                               .validation = {.loss = validation, .accuracy = accuracy, .count = 100},
                               .best = best}};
}

}  // namespace

class TstCharts : public QObject {
    Q_OBJECT

    std::unique_ptr<RunCharts> m_charts;

  private slots:
    void initTestCase() { Theme::instance().install(ThemeMode::light); }

    void init() {
        m_charts = std::make_unique<RunCharts>();
        m_charts->resize(800, 600);
        m_charts->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_charts.get()));
        m_charts->append({.what = StartedEvent{.epochs = 20}});
    }

    void eventsBecomePointsInBothCharts() {
        for (int step = 1; step <= 10; ++step) m_charts->append(progress(1, step, 2.0 / step));
        m_charts->append(epoch(1, 1.5, 1.2, 0.6, true));
        for (const LivePlot* plot : {m_charts->lossPlot(), m_charts->accuracyPlot()}) {
            QCOMPARE(plot->livePointCount(), 10);
            QCOMPARE(plot->epochPointCount(), 1);
        }
    }

    void aNewRunStartsEmptyAndAResumedOneGoesOn() {
        m_charts->append(epoch(1, 1.5, 1.2, 0.6, true));
        m_charts->append({.what = StartedEvent{.epochs = 20, .resumed = true}});
        QCOMPARE(m_charts->lossPlot()->epochPointCount(), 1);
        m_charts->append({.what = StartedEvent{.epochs = 20}});
        QCOMPARE(m_charts->lossPlot()->epochPointCount(), 0);
    }

    void hoveringTellsBothValuesOfTheEpoch() {
        m_charts->append(epoch(1, 1.5, 1.25, 0.6, true));
        m_charts->append(epoch(2, 0.75, 0.5, 0.8, true));
        const QString loss = m_charts->lossPlot()->valuesAt(2.2);
        QVERIFY(loss.contains("epoch 2") && loss.contains("0.750") && loss.contains("0.500"));
        QVERIFY(m_charts->accuracyPlot()->valuesAt(1).contains("60.0 %"));
        QVERIFY(m_charts->lossPlot()->valuesAt(9).isEmpty());
    }

    void everythingIsInSightUntilTheUserZooms() {
        m_charts->append(epoch(1, 4.0, 3.0, 0.1, true));
        m_charts->append(epoch(20, 0.1, 0.2, 0.9, true));
        m_charts->drawNow();
        LivePlot* loss = m_charts->lossPlot();
        QVERIFY(loss->yAxis->range().contains(4.0) && loss->yAxis->range().contains(0.1));
        QVERIFY(loss->xAxis->range().contains(1) && loss->xAxis->range().contains(20));
        QVERIFY(m_charts->accuracyPlot()->yAxis->range().upper <= 1.02);
    }

    void zoomingMovesBothChartsAndHomeShowsEverythingAgain() {
        m_charts->append(epoch(1, 4.0, 3.0, 0.1, true));
        m_charts->drawNow();
        LivePlot* loss = m_charts->lossPlot();
        LivePlot* accuracy = m_charts->accuracyPlot();
        const QCPRange whole = loss->xAxis->range();
        QTest::keyClick(loss, Qt::Key_Plus);
        QVERIFY(loss->xAxis->range().size() < whole.size());
        QCOMPARE(accuracy->xAxis->range(), loss->xAxis->range());
        const QCPRange zoomed = loss->xAxis->range();
        m_charts->append(epoch(2, 3.0, 2.0, 0.2, true));
        m_charts->drawNow();
        QCOMPARE(loss->xAxis->range(), zoomed);
        QTest::keyClick(accuracy, Qt::Key_Home);
        m_charts->drawNow();
        QCOMPARE(loss->xAxis->range(), whole);
        QCOMPARE(accuracy->xAxis->range(), whole);
    }

    void aDoubleClickShowsEverythingAgain() {
        m_charts->drawNow();
        LivePlot* loss = m_charts->lossPlot();
        const QCPRange whole = loss->xAxis->range();
        QTest::keyClick(loss, Qt::Key_Plus);
        QTest::mouseDClick(loss, Qt::LeftButton, {}, loss->rect().center());
        m_charts->drawNow();
        QCOMPARE(loss->xAxis->range(), whole);
    }

    void valuesThatAreNoNumbersAreLeftOut() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        m_charts->append(progress(1, 1, nan));
        m_charts->append(epoch(1, nan, std::numeric_limits<double>::infinity(), 0.1, true));
        m_charts->append(epoch(2, 1, 2, 0.1, false));
        m_charts->drawNow();
        QCOMPARE(m_charts->lossPlot()->livePointCount(), 0);
        QCOMPARE(m_charts->lossPlot()->epochPointCount(), 1);
        QVERIFY(m_charts->lossPlot()->yAxis->range().upper < 10);
    }

    void manyPointsAreTakenWithoutPaintingEachOfThem() {
        QSignalSpy painted(m_charts->lossPlot(), &QCustomPlot::afterReplot);
        for (int i = 0; i < 50'000; ++i) m_charts->append(progress(1 + i / 2500, i % 10, 1.0));
        QCOMPARE(painted.count(), 0);
        QTRY_VERIFY(painted.count() > 0);
        QCOMPARE(m_charts->lossPlot()->livePointCount(), 50'000);
    }

    void theChartsFollowTheTheme() {
        Theme::instance().setMode(ThemeMode::dark);
        m_charts->drawNow();
        const QColor pixel = m_charts->lossPlot()->grab().toImage().pixelColor(2, 2);
        QCOMPARE(pixel, darkTokens().surface);
        Theme::instance().setMode(ThemeMode::light);
    }
};

QTEST_MAIN(TstCharts)
#include "tst_charts.moc"
