// Whether a PC is idle, as the files of its system tell; here they are made up.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <thread>

#include "model/lan/idleness.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstIdleness : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    Idleness::Clock::time_point m_now{};

    fs::path root() const { return m_folder->path().toStdString(); }
    void write(const std::string& file, const std::string& text) { test::writeTestFile(root() / file, text); }
    /// What the processors have worked for programs, in seconds, and what a process has.
    void work(double all, double ofProcess = 0) {
        const double ticks = double(::sysconf(_SC_CLK_TCK));
        write("proc/stat", "cpu  " + std::to_string(long(all * ticks)) + " 0 0 999 0 5000 5000 0 0 0\ncpu0 1 2 3\n");
        write("proc/42/stat", "42 (a (b) c) S 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(long(ofProcess * ticks)) +
                                  " 0 0 0 20 0 9 0 100\n");
    }
    std::optional<std::string> useAfter(std::chrono::seconds time) {
        static constexpr pid_t helping[] = {42};
        m_now += time;
        return m_idleness->use(helping, m_now);
    }
    std::optional<Idleness> m_idleness;

  private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_idleness.emplace(root());
        work(0);
    }

    void aPcThatNobodyUsesIsIdle() {
        QVERIFY(!useAfter(std::chrono::seconds(0)));
        work(1);
        QVERIFY(!useAfter(std::chrono::seconds(20)));
    }

    void aScreenThatIsOnTellsThatSomebodyMayBeThere() {
        write("sys/class/drm/card0-DP-1/status", "connected\n");
        write("sys/class/drm/card0-DP-1/dpms", "Off\n");
        write("sys/class/drm/card0-DP-2/status", "disconnected\n");
        write("sys/class/drm/card0-DP-2/dpms", "On\n");
        QVERIFY(!useAfter(std::chrono::seconds(0)));
        write("sys/class/drm/card0-DP-1/dpms", "On\n");
        const auto use = useAfter(std::chrono::seconds(2));
        QVERIFY(use && use->find("screen") != std::string::npos);
        write("sys/class/drm/card0-DP-1/dpms", "Off\n");
        QVERIFY(!useAfter(std::chrono::seconds(2)));
    }

    void aKeyInATerminalTellsThatSomebodyIsThere_data() {
        QTest::addColumn<QString>("terminal");
        QTest::addColumn<bool>("counts");
        QTest::newRow("a window, or SSH") << "dev/pts/3" << true;
        QTest::newRow("a console") << "dev/tty2" << true;
        QTest::newRow("what makes terminals") << "dev/pts/ptmx" << false;
        QTest::newRow("a serial port") << "dev/ttyS0" << false;
    }
    void aKeyInATerminalTellsThatSomebodyIsThere() {
        QFETCH(QString, terminal);
        QFETCH(bool, counts);
        write(terminal.toStdString(), "");
        const auto readAgo = [&](std::chrono::seconds ago) {
            const timespec times[] = {{std::time(nullptr) - ago.count(), 0}, {0, UTIME_OMIT}};
            QCOMPARE(::utimensat(AT_FDCWD, (root() / terminal.toStdString()).c_str(), times, 0), 0);
        };
        readAgo(std::chrono::seconds(10));
        const auto use = useAfter(std::chrono::seconds(0));
        QCOMPARE(use.has_value(), counts);
        QVERIFY(!use || use->find("types") != std::string::npos);
        readAgo(std::chrono::minutes(6));
        QVERIFY(!useAfter(std::chrono::seconds(2)));
    }

    void otherProgramsThatWorkCountAndOnesOwnHelpDoesNot() {
        const double processors = double(std::max(1u, std::thread::hardware_concurrency()));
        QVERIFY(!useAfter(std::chrono::seconds(0)));
        work(9 * processors, 9 * processors);  // all of it for others
        QVERIFY(!useAfter(std::chrono::seconds(10)));
        work(18 * processors, 11 * processors);
        const auto use = useAfter(std::chrono::seconds(10));
        QVERIFY(use && use->find("other programs") != std::string::npos);
        work(18 * processors, 11 * processors);
        QVERIFY(!useAfter(std::chrono::seconds(10)));
    }

    void whatIsLongAgoDoesNotCount() {
        const double processors = double(std::max(1u, std::thread::hardware_concurrency()));
        QVERIFY(!useAfter(std::chrono::seconds(0)));
        for (int look = 1; look <= 10; ++look) {  // busy for twenty seconds, then not
            work(2 * processors * look);
            QCOMPARE(useAfter(std::chrono::seconds(2)).has_value(), true);
        }
        int looks = 0;
        while (useAfter(std::chrono::seconds(2))) ++looks;
        QVERIFY2(looks >= 1 && looks <= 5, qPrintable(QString::number(looks)));
    }

    void whatCanNotBeReadIsNoSignOfUse() {
        fs::remove_all(root() / "proc");
        QVERIFY(!useAfter(std::chrono::seconds(0)) && !useAfter(std::chrono::seconds(10)));
        write("proc/stat", "nonsense");
        QVERIFY(!useAfter(std::chrono::seconds(10)));
    }
};

QTEST_GUILESS_MAIN(TstIdleness)
#include "tst_idleness.moc"
