// When a run counts as hanging, by a clock that the test turns.
#include <QSignalSpy>
#include <QtTest>
#include <memory>

#include "app/session/run_watch.h"

using namespace lemnos;

class TstRunWatch : public QObject {
    Q_OBJECT

    double m_now = 1000;
    std::unique_ptr<RunWatch> m_watch;
    std::unique_ptr<QSignalSpy> m_hung, m_moved;

    void tell(decltype(Event::what) what) { m_watch->take({5e8 + m_now, std::move(what)}); }
    void step(std::int64_t step, std::int64_t epoch = 1, std::int64_t steps = 1000) {
        tell(ProgressEvent{.epoch = epoch, .step = step, .steps = steps});
    }
    /// Steps of so many seconds each.
    void steps(int count, double seconds) {
        for (int i = 1; i <= count; ++i) {
            m_now += seconds;
            step(i);
        }
    }
    /// Whether it counts as hanging after so many quiet seconds.
    bool hangsAfter(double seconds) {
        const double before = m_now;
        m_now += seconds;
        m_watch->look();
        m_now = before;
        const bool told = m_hung->size() > 0;
        m_hung->clear();
        return told;
    }

  private slots:
    void init() {
        m_watch = std::make_unique<RunWatch>(nullptr, [this] { return m_now; });
        m_hung = std::make_unique<QSignalSpy>(m_watch.get(), &RunWatch::hung);
        m_moved = std::make_unique<QSignalSpy>(m_watch.get(), &RunWatch::moved);
        m_watch->start();
        tell(StartedEvent{.trainCount = 1000, .validationCount = 100});
    }

    void quickStepsGetHalfAMinute() {
        steps(20, 0.1);
        QVERIFY(!hangsAfter(29));
        QVERIFY(hangsAfter(31));
    }

    void slowStepsGetTenTimesTheirMedian() {
        steps(20, 6);
        m_now += 50;  // one that took long changes no median
        step(21);
        QVERIFY(!hangsAfter(59));
        QVERIFY(hangsAfter(61));
    }

    void validationTakesAsManyStepsAsItHasPictures() {
        m_now += 1;
        step(8, 1, 10);
        m_now += 1;
        step(9, 1, 10);
        m_now += 6;
        step(10, 1, 10);  // the median is 6 of {1, 6}
        QVERIFY(!hangsAfter(119));
        QVERIFY(hangsAfter(121));
    }

    void whatIsNoTrainingTakesAsLongAsItTakes() {
        tell(PhaseEvent{.text = "Looking through the pictures"});
        QVERIFY(!hangsAfter(1e6));
        steps(20, 0.1);
        tell(ControlEvent{{RunCommand::Kind::pause, 0}, 0, 20});
        QVERIFY(!hangsAfter(1e6));
        step(21);
        QVERIFY(hangsAfter(31));
    }

    void untilAStepWasTimedThereAreFiveMinutes() {
        QVERIFY(!hangsAfter(299));
        QVERIFY(hangsAfter(301));
        m_now += 400;
        step(1);  // the first sign of life tells of no time between steps
        QVERIFY(!hangsAfter(299));
        QVERIFY(hangsAfter(301));
        m_now += 1;
        step(2);
        QVERIFY(!hangsAfter(29));
        QVERIFY(hangsAfter(31));
    }

    void aHangAfterAnEpochOrAnAnswerIsNoticed() {
        steps(20, 0.1);
        tell(EpochEvent{.epoch = 1});
        tell(PredictionsEvent{.epoch = 1});
        QVERIFY(hangsAfter(31));
        m_now += 40;
        tell(ControlEvent{{RunCommand::Kind::goOn, 0}, 1, 0});
        QVERIFY(!hangsAfter(29));
        QVERIFY(hangsAfter(31));
    }

    void aRunThatIsFoundAgainTellsItsPastAtOnce() {
        // All at one moment here, ten seconds apart where it happened.
        for (int i = 1; i <= 20; ++i)
            m_watch->take({5e8 + 10.0 * i, ProgressEvent{.epoch = 1, .step = i, .steps = 1000}});
        QVERIFY(!hangsAfter(99));
        QVERIFY(hangsAfter(101));
    }

    void itIsToldOnceAndTakenBackWhenTheRunMoves() {
        steps(20, 0.1);
        m_now += 40;
        m_watch->look();
        m_watch->look();
        QCOMPARE(m_hung->size(), 1);
        QCOMPARE(m_hung->front()[0].toDouble(), 40.0);
        QVERIFY(std::abs(m_hung->front()[1].toDouble() - 0.1) < 1e-6);
        step(21);
        QCOMPARE(m_moved->size(), 1);
        m_now += 40;
        m_watch->look();
        QCOMPARE(m_hung->size(), 2);
    }

    void whoWaitsIsAskedAgainLater() {
        steps(20, 0.1);
        m_now += 40;
        m_watch->look();
        m_watch->wait();
        m_hung->clear();
        QVERIFY(!hangsAfter(29));
        QVERIFY(hangsAfter(31));
    }

    void aRunThatIsOverHangsNoMore() {
        steps(20, 0.1);
        m_watch->stop();
        QVERIFY(!hangsAfter(1e6));
    }
};

QTEST_GUILESS_MAIN(TstRunWatch)
#include "tst_run_watch.moc"
