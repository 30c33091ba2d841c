// How busy the PC is, from files as the kernel writes them.
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>

#include "app/session/usage_meter.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstUsageMeter : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path proc() const { return m_dir.path().toStdString(); }

    void write(const char* stat, const char* process) {
        test::writeTestFile(proc() / "stat", stat);
        test::writeTestFile(proc() / "7" / "stat", process);
    }

  private slots:
    void sharesAreOfTheTimeSinceTheLastLook() {
        test::writeTestFile(proc() / "meminfo", "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   400 kB\n");
        test::writeTestFile(proc() / "7" / "statm", "900 25 7 1 0 2 0\n");
        write("cpu  100 0 50 800 50 0 0 0 40 0\ncpu0 1 1 1 1\n",
              "7 (a name) 1 (S) S 1 1 1 0 -1 0 0 0 0 0 60 20 9 9 20 0 1 0\n");
        UsageMeter meter(proc());
        QCOMPARE(meter.look(7).processor, 0.0);  // it has not seen any time pass yet
        // 60 of 100 new ticks are work, 30 of which this process had; a guest's 10 are among them.
        write("cpu  140 5 60 830 60 3 2 0 50 0\ncpu0 1 1 1 1\n",
              "7 (a name) 1 (S) S 1 1 1 0 -1 0 0 0 0 0 80 30 9 9 20 0 1 0\n");
        const Usage usage = meter.look(7);
        QCOMPARE(usage.processor, 0.6);
        QCOMPARE(usage.ownProcessor, 0.3);
        QCOMPARE(usage.memoryTotal, 1000 * 1024);
        QCOMPARE(usage.memoryUsed, 600 * 1024);
        QCOMPARE(usage.memoryBytes, 25 * sysconf(_SC_PAGESIZE));
        QCOMPARE(meter.look(7).processor, 0.0);  // no time has passed
        write("cpu  200 5 60 900 60 3 2 0 50 0\n", "8 (b) S 1 1 1 0 -1 0 0 0 0 0 80 30 9\n");
        QCOMPARE(meter.look(8).processor, 0.0);  // another process
    }

    void whatTheKernelDoesNotTellStaysZero() {
        write("nonsense", "7 no name");
        UsageMeter damaged(proc());
        damaged.look(7);
        QCOMPARE(damaged.look(7).processor, 0.0);
        UsageMeter missing(proc() / "missing");
        const Usage usage = missing.look(7);
        QCOMPARE(usage.processor, 0.0);
        QCOMPARE(usage.memoryBytes, 0);
        QCOMPARE(usage.memoryTotal, 0);
        QCOMPARE(usage.memoryUsed, 0);
    }

    void thisPcIsSeen() {
        UsageMeter meter;
        meter.look(getpid());
        const Usage usage = meter.look(getpid());
        QVERIFY(usage.processor >= 0 && usage.processor <= 1);
        QVERIFY(usage.memoryBytes > 1 << 20);
        QVERIFY(usage.memoryUsed > 0 && usage.memoryUsed < usage.memoryTotal);
    }
};

QTEST_GUILESS_MAIN(TstUsageMeter)
#include "tst_usage_meter.moc"
