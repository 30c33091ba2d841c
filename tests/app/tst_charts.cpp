// The charts of a run.
#include <QCheckBox>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>
#include <limits>
#include <random>

#include "app/gui/theme.h"
#include "app/gui/widgets/chart_file.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/rate_strip.h"
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

    void linesAcrossStandAtWholeEpochsAndTheBestBesideTheAxis() {
        LivePlot* plot = m_charts->accuracyPlot();
        for (const int epochs : {1, 3, 19, 400}) {
            m_charts->append({.what = StartedEvent{.epochs = epochs}});
            m_charts->append(epoch(1, 1.5, 1.2, 0.6, true));
            plot->drawNow();
            const QVector<double> ticks = plot->xAxis->tickVector();
            QVERIFY(!ticks.isEmpty());
            for (const double tick : ticks) QCOMPARE(tick, std::round(tick));
            // The label of the best epoch stands on no number of the axis.
            for (int i = 0; i < plot->itemCount(); ++i) {
                const auto* label = qobject_cast<QCPItemText*>(plot->item(i));
                if (label && label->visible() && label->text().startsWith("best"))
                    QVERIFY(label->left->pixelPosition().x() >= plot->axisRect()->left() - 1);
            }
        }
    }

    void aNewRunStartsEmptyAndAResumedOneGoesOn() {
        m_charts->append(epoch(1, 1.5, 1.2, 0.6, true));
        m_charts->append({.what = StartedEvent{.epochs = 20, .resumed = true}});
        QCOMPARE(m_charts->lossPlot()->epochPointCount(), 1);
        m_charts->append({.what = StartedEvent{.epochs = 20}});
        QCOMPARE(m_charts->lossPlot()->epochPointCount(), 0);
    }

    void theRateIsDrawnBelowAndMovesAlong() {
        RateStrip* strip = m_charts->rateStrip();
        QVERIFY(strip->valueAt(1).isEmpty());
        for (int step = 1; step <= 10; ++step) {
            Event event = progress(1, step, 1);
            std::get<ProgressEvent>(event.what).learningRate = step < 5 ? 0 : 0.001 * step;
            m_charts->append(event);
        }
        QCOMPARE(strip->pointCount(), 6);  // older runs do not tell it
        QVERIFY(strip->valueAt(0.4).isEmpty());
        QCOMPARE(strip->valueAt(0.75), QString("learning rate 0.007"));
        m_charts->drawNow();
        QCOMPARE(strip->xAxis->range(), m_charts->lossPlot()->xAxis->range());
        QCOMPARE(strip->axisRect()->left(), m_charts->accuracyPlot()->axisRect()->left());
        QTest::keyClick(m_charts->lossPlot(), Qt::Key_Plus);
        QCOMPARE(strip->xAxis->range(), m_charts->lossPlot()->xAxis->range());
        m_charts->append({.what = StartedEvent{.epochs = 20}});
        QCOMPARE(strip->pointCount(), 0);
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
        for (int i = 0; i < 50'000; ++i) m_charts->append(progress(1 + i / 10, 1 + i % 10, 1.0));
        QCOMPARE(painted.count(), 0);
        QTRY_VERIFY(painted.count() > 0);
        QCOMPARE(m_charts->lossPlot()->livePointCount(), 50'000);
    }

    void aMillionPointsAreDrawnAsAFewThousandWithEveryPeak() {
        LivePlot* plot = m_charts->lossPlot();
        plot->setEpochs(1000);
        constexpr int count = 1'000'000;
        for (int i = 1; i <= count; ++i) plot->addLive(i / 1000.0, i == 654'321 ? 9.5 : 1 + 0.001 * (i % 7));
        plot->drawNow();
        QCOMPARE(plot->livePointCount(), count);
        QVERIFY2(2 * plot->drawnPointCount() > plot->width() && plot->drawnPointCount() < 3 * plot->width(),
                 qPrintable(QString::number(plot->drawnPointCount())));
        QVERIFY(plot->valuesAt(654.321).contains("9.5"));
        QVERIFY(plot->yAxis->range().contains(9.5));
        // What is looked at closely is drawn as it is.
        plot->followRange({654.3, 654.4});
        plot->drawNow();
        QVERIFY(plot->drawnPointCount() > 90 && plot->drawnPointCount() < 110);
    }

    void aCurveShowsTheSameExtremesAsAllItsPoints() {
        std::mt19937 source(1);
        std::uniform_real_distribution<double> share;
        const auto less = [](const auto& p, const auto& q) { return p.value < q.value; };
        for (const int size : {1, 15, 16, 17, 1000, 4096, 50'001}) {
            Curve curve;
            double x = 0;
            for (int i = 0; i < size; ++i) curve.append(x += share(source) + 1e-6, share(source));
            const auto& all = curve.points();
            for (int trial = 0; trial < 20; ++trial) {
                const double a = share(source) * x, b = share(source) * x;
                const QCPRange range(std::min(a, b), std::max(a, b));
                // One more point on both sides, so that the line goes on to the edge.
                std::size_t first = 0, last = all.size();
                while (first + 1 < all.size() && all[first + 1].key < range.lower) ++first;
                while (last > 1 && all[last - 2].key >= range.upper) --last;
                const auto shown = curve.visible(range, 50);
                const auto [low, high] = std::minmax_element(all.begin() + long(first), all.begin() + long(last), less);
                const auto [shownLow, shownHigh] = std::minmax_element(shown.begin(), shown.end(), less);
                QCOMPARE(shownLow->value, low->value);
                QCOMPARE(shownHigh->value, high->value);
                QVERIFY(std::is_sorted(shown.begin(), shown.end(), qcpLessThanSortKey<QCPGraphData>));
            }
            const auto [low, high] = std::minmax_element(all.begin(), all.end(), less);
            QCOMPARE(curve.values().lower, low->value);
            QCOMPARE(curve.values().upper, high->value);
        }
    }

    void whatARunRepeatsAfterACheckpointTakesThePlaceOfTheOld() {
        for (int step = 1; step <= 10; ++step) m_charts->append(progress(1, step, 5.0));
        m_charts->append({.what = StartedEvent{.epochs = 20, .resumed = true}});
        for (int step = 5; step <= 8; ++step) m_charts->append(progress(1, step, 1.0));
        QCOMPARE(m_charts->lossPlot()->livePointCount(), 8);
        Curve curve;
        for (int i = 0; i < 1000; ++i) curve.append(i, i == 700 ? 50 : 1);
        curve.append(600, 2);
        QCOMPARE(curve.size(), std::size_t(601));
        QCOMPARE(curve.values().upper, 2.0);
    }

    void smoothingIsAnAverageThatBeginsAtTheFirstValue() {
        LivePlot* plot = m_charts->lossPlot();
        QTest::keyClick(m_charts->findChild<QSlider*>("smoothing"), Qt::Key_End);
        m_charts->append(progress(1, 1, 4.0));
        m_charts->append(progress(1, 2, 0.0));
        plot->drawNow();
        const QCPGraph* smooth = plot->graph(1);
        QCOMPARE(smooth->dataCount(), 2);
        QCOMPARE(smooth->data()->at(0)->value, 4.0);
        QVERIFY(std::abs(smooth->data()->at(1)->value - 0.99 * 0.01 * 4 / (0.99 * 0.01 + 0.01)) < 1e-12);
        QTest::keyClick(m_charts->findChild<QSlider*>("smoothing"), Qt::Key_Home);
        plot->drawNow();
        QCOMPARE(smooth->dataCount(), 0);
    }

    void theLossCanBeShownLogarithmically() {
        m_charts->append(epoch(1, 100, 10, 0.1, true));
        m_charts->append(epoch(2, 0.001, 0, 0.1, false));  // 0 has no place there
        QTest::mouseClick(m_charts->findChild<QCheckBox*>("lossLogScale"), Qt::LeftButton, {}, {8, 8});
        LivePlot* plot = m_charts->lossPlot();
        plot->drawNow();
        QVERIFY(plot->yAxis->scaleType() == QCPAxis::stLogarithmic);
        QVERIFY(plot->yAxis->range().contains(0.001) && plot->yAxis->range().contains(100));
        QVERIFY(plot->yAxis->range().lower > 0);
    }

    void chartsAreSavedAsPicturesAndPoints() {
        QTemporaryDir folder;
        m_charts->append(progress(1, 5, 2.5));
        m_charts->append(epoch(1, 1.5, 1.25, 0.6, true));
        LivePlot* plot = m_charts->lossPlot();
        QSignalSpy asked(m_charts.get(), &RunCharts::saveRequested);
        QTest::mouseClick(m_charts->findChild<QToolButton*>("saveLossPlot"), Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        for (const char* name : {"a.png", "a.svg", "a.pdf", "a.csv"})
            QVERIFY2(saveChart(*plot, plot->toCsv(), folder.filePath(name)).ok(), name);
        QCOMPARE(QImage(folder.filePath("a.png")).size(), plot->size() * 2);
        const auto read = [&](const char* name) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QVERIFY(read("a.svg").contains("<path") || read("a.svg").contains("<polyline"));
        QVERIFY(read("a.pdf").startsWith("%PDF"));
        QCOMPARE(read("a.csv"), QByteArray("series,epoch,value\nsteps,0.5,2.5\ntrain,1,1.5\nvalidation,1,1.25\n"));
        QVERIFY(!saveChart(*plot, plot->toCsv(), folder.filePath("a.doc")).ok());
        for (const char* name : {"nowhere/a.svg", "nowhere/a.pdf"})
            QVERIFY2(!saveChart(*plot, plot->toCsv(), folder.filePath(name)).ok(), name);
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
