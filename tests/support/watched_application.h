// WatchedApplication: an application that notices when an event keeps the GUI thread for too long.
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QThread>
#include <QtTest>
#include <algorithm>
#include <ctime>
#include <utility>

namespace lemnos::test {

/// Counts what the thread computes for each event from the outside, with everything that happens because of it, and not
/// what passes while other programs have the processor: that is the same on a busy PC. What a test itself does between
/// events is not counted.
class WatchedApplication : public QApplication {
  public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        // A dialog or a menu runs a loop of events within an event; each of those is one of its own.
        const int level = QThread::currentThread()->loopLevel();
        if (QThread::currentThread() != thread() || (m_inEvent && level <= m_level))
            return QApplication::notify(receiver, event);
        const Frame outer{m_inEvent, m_level, m_start};
        if (outer.inEvent) count(outer.start, m_what);
        const QString outerWhat = m_what;
        m_what = QStringLiteral("%1 \"%2\", event %3")
                     .arg(QLatin1String(receiver->metaObject()->className()), receiver->objectName())
                     .arg(int(event->type()));
        const QString what = m_what;
        m_inEvent = true;
        m_level = level;
        m_start = now();
        const bool done = QApplication::notify(receiver, event);
        count(m_start, what);
        m_inEvent = outer.inEvent;
        m_level = outer.level;
        m_what = outerWhat;
        m_start = now();
        return done;
    }

    /// Runs the test and reports what took longest, against the 50 ms that are wanted. Four times as much fails: a busy
    /// PC makes the same work take half as long again, even in processor time.
    template <class Test>
    static int run(int argc, char** argv) {
        WatchedApplication app(argc, argv);
        app.setAttribute(Qt::AA_Use96Dpi, true);
        Test test;
        const int failed = QTest::qExec(&test, argc, argv);
        std::fprintf(stderr, "The GUI thread computed for %.0f ms at most: %s\n", app.m_longest * 1000,
                     qPrintable(app.m_longestWhat));
        const double took = app.m_longest * 1000;
        if (took > wantedMs)
            std::fprintf(stderr, "That is more than %d ms; move the work off the GUI thread.\n", wantedMs);
        return failed + (took > wantedMs * 4 * slack);
    }

    /// Seconds of processor time for the longest event since the last call.
    double takeLongest() { return std::exchange(m_longest, 0); }

  private:
    struct Frame {
        bool inEvent;
        int level;
        double start;
    };
    static constexpr int wantedMs = 50;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr int slack = 10;  // all code is that much slower there
#else
    static constexpr int slack = 1;
#endif

    static double now() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
    }

    void count(double start, const QString& what) {
        const double took = now() - start;
        if (qEnvironmentVariableIsSet("LEMNOS_WATCHDOG") && took > 0.01)
            std::fprintf(stderr, "%.0f ms: %s in %s\n", took * 1000, qPrintable(what), QTest::currentTestFunction());
        if (took <= m_longest) return;
        m_longest = took;
        m_longestWhat = what + QStringLiteral(", in ") + QLatin1String(QTest::currentTestFunction());
    }

    bool m_inEvent = false;
    int m_level = 0;
    double m_start = 0, m_longest = 0;
    QString m_what, m_longestWhat;
};

}  // namespace lemnos::test

/// As QTEST_MAIN, with the watchdog.
#define LEMNOS_WINDOW_TEST_MAIN(Test)                                   \
    int main(int argc, char** argv) {                                   \
        return lemnos::test::WatchedApplication::run<Test>(argc, argv); \
    }
