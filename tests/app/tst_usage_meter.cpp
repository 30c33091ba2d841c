// How busy and how hot the PC is, from files as the kernel writes them.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/session/temperatures.h"
#include "app/session/usage_meter.h"
#include "app/session/usage_watch.h"
#include "model/train/run_lock.h"
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

    void temperaturesAreThoseOfTheWholeChip() {
        const fs::path hwmon = proc() / "hwmon", card = proc() / "devices" / "0000:0a:00.0";
        const auto chip = [&](const char* folder, const char* name, std::initializer_list<const char*> files) {
            test::writeTestFile(hwmon / folder / "name", std::string(name) + "\n");
            for (auto file = files.begin(); file != files.end(); file += 2)
                test::writeTestFile(hwmon / folder / file[0], std::string(file[1]) + "\n");
        };
        chip("hwmon0", "coretemp", {"temp1_label", "Package id 0", "temp1_input", "51000", "temp2_input", "60000"});
        chip("hwmon1", "coretemp", {"temp1_label", "Package id 1", "temp1_input", "54500", "temp2_label", "Core 0"});
        chip("hwmon2", "amdgpu", {"temp1_label", "edge", "temp1_input", "67000", "temp2_input", "80000"});
        fs::create_directories(card);
        fs::create_directory_symlink(card, hwmon / "hwmon2" / "device");
        chip("hwmon3", "nvme", {"temp1_input", "nonsense"});
        chip("hwmon4", "acpitz", {"temp1_input", "27800"});  // belongs to no device
        chip("hwmon5", "amdgpu", {"temp1_input", "0"});      // sleeps
        QCOMPARE(readTemperatures(hwmon), (Temperatures{{"processor", 54.5}, {"0000:0a:00.0", 67}}));
        // An offset is not a temperature.
        fs::remove_all(hwmon);
        chip("hwmon0", "k10temp", {"temp1_label", "Tctl", "temp1_input", "77000", "temp2_label", "Tdie"});
        chip("hwmon0", "k10temp", {"temp2_input", "50000"});
        QCOMPARE(readTemperatures(hwmon), (Temperatures{{"processor", 50}}));
        QCOMPARE(readTemperatures(proc() / "missing"), Temperatures());
    }

    void aRunThatAnotherProcessTrainsIsWatched() {
        const fs::path run = proc() / "run";
        fs::create_directories(run);
        int ready[2];
        QCOMPARE(pipe(ready), 0);
        const pid_t trainer = fork();
        if (trainer == 0) {
            const char held = holdRun(run) ? 'y' : 'n';
            if (::write(ready[1], &held, 1) == 1) pause();
            _exit(0);
        }
        char held = 0;
        QCOMPARE(read(ready[0], &held, 1), 1);
        QCOMPARE(held, 'y');
        UsageWatch watch;
        QSignalSpy looked(&watch, &UsageWatch::looked);
        std::int64_t memory = 0;
        connect(&watch, &UsageWatch::looked, this,
                [&](double, const Usage& usage, const Temperatures&) { memory = usage.memoryBytes; });
        watch.start(run);
        QVERIFY(looked.wait());
        QVERIFY(memory > 0);
        kill(trainer, SIGKILL);
        waitpid(trainer, nullptr, 0);
        close(ready[0]);
        close(ready[1]);
    }
};

QTEST_GUILESS_MAIN(TstUsageMeter)
#include "tst_usage_meter.moc"
