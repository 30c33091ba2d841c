// Sweeps on the command line: real runs on drawn pictures.
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/sweep/sweep.h"
#include "model/train/run_lock.h"
#include "model/train/run_summary.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {
constexpr int waitMs = 120'000;
}

class TstSweepCli : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path folder(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

    QStringList sweep(const QString& out, const QStringList& more) const {
        return QStringList{
                   "sweep", "--data",   m_dir.filePath("data"), "--template", "mlp256", "--patience", "0", "--batch",
                   "8",     "--folder", m_dir.filePath(out),    "--device",   "cpu"} +
               more;
    }

    QByteArray run(const QStringList& arguments, int expected = 0) {
        QProcess process;
        process.start(LEMNOS_CLI, arguments);
        if (!process.waitForFinished(waitMs)) qFatal("it does not end");
        if (process.exitCode() != expected) qFatal("%s", process.readAllStandardError().constData());
        return expected == 0 ? process.readAllStandardOutput() : process.readAllStandardError();
    }

    static std::map<int, double> valuesOf(const json& result) {
        std::map<int, double> values;
        for (const json& trial : result["trials"])
            values[trial["trial"].get<int>()] = trial["value"].is_null() ? -1 : trial["value"].get<double>();
        return values;
    }

  private slots:
    void initTestCase() {
        qputenv("LEMNOS_RUNS", m_dir.filePath("runs").toUtf8());
        test::makeTinyDataSet(folder("data"), {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
    }

    void aSweepFindsWhichRateLearnsAndFailuresDoNotEndIt() {
        // Nothing is learned with a rate of 1e-7, and a vision transformer does not fit pictures of 12 x 12.
        const json result =
            json::parse(run(sweep("grid", {"--param", "lr=1e-7,0.003", "--param", "template=own,resnet18", "--size",
                                           "7x7", "--epochs", "4", "--json"})));
        QCOMPARE(result["trials"].size(), std::size_t(4));
        QCOMPARE(result["best"]["values"]["learning_rate"].get<double>(), 0.003);
        int failed = 0;
        for (const json& trial : result["trials"]) {
            failed += trial["state"] == "failed";
            QCOMPARE(trial["state"] == "failed", trial["values"]["template"] == "resnet18");
        }
        QCOMPARE(failed, 2);
    }

    void aKilledSweepGoesOnToTheSameResult() {
        const QStringList order{"--strategy", "halving",  "--trials", "4",       "--eta",
                                "2",          "--epochs", "8",        "--param", "lr=0.0001..0.1:log"};
        const json whole = json::parse(run(sweep("whole", order + QStringList{"--json"})));

        QProcess process;
        process.start(LEMNOS_CLI, sweep("part", order + QStringList{"--events"}));
        int ended = 0;
        bool epoch = false;
        while (!epoch && process.waitForReadyRead(waitMs)) {
            while (process.canReadLine()) {
                const QByteArray line = process.readLine();
                ended += line.contains("\"trial_ended\"");
                epoch = ended == 2 && line.contains("\"trial_epoch\"");  // in the middle of the third
                if (epoch) break;
            }
        }
        process.kill();
        QVERIFY(process.waitForFinished(waitMs));
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);
        // Its trial is told to end, and does.
        QTRY_VERIFY_WITH_TIMEOUT(!holderOf(folder("part") / "trial-003"), 20'000);
        const SweepTable table = *readSweep(folder("part"));
        QCOMPARE(std::ranges::count_if(table.rows(), [](const auto& row) { return !row.results.empty(); }), 2);

        const json rest = json::parse(run({"sweep", "--resume", m_dir.filePath("part"), "--json"}));
        QCOMPARE(valuesOf(rest), valuesOf(whole));
        QVERIFY(rest["best"]["trial"] == whole["best"]["trial"]);
    }

    void aTerminationRequestEndsItWithCheckpoints() {
        QProcess process;
        process.start(LEMNOS_CLI, sweep("stopped", {"--param", "batch=8,16", "--epochs", "100000", "--events"}));
        QByteArray out;
        while (!out.contains("\"trial_epoch\"") && process.waitForReadyRead(waitMs))
            out += process.readAllStandardOutput();
        process.terminate();
        QVERIFY(process.waitForFinished(waitMs));
        QCOMPARE(process.exitCode(), 0);
        out += process.readAllStandardOutput();
        QVERIFY2(out.contains(R"("reason":"stopped")"), out.constData());
        QVERIFY(fs::exists(folder("stopped") / "trial-001" / "last.safetensors"));
        QCOMPARE(summaryOf(folder("stopped") / "trial-001")->state, std::string("stopped"));
        QVERIFY(!fs::exists(folder("stopped") / "trial-002"));
    }

    void trialsAreRunsLikeAnyOther() {
        QStringList order = sweep({}, {"--param", "lr=0.001,0.01", "--epochs", "1"});
        order.remove(order.indexOf("--folder"), 2);
        const QByteArray out = run(order);
        QVERIFY(out.contains("Best: trial"));
        const json runs = json::parse(run({"runs", "--json"}));
        QCOMPARE(runs.size(), std::size_t(2));
        const std::string name = runs[0]["name"];
        QVERIFY(QString::fromStdString(name).contains("-sweep/trial-00"));
        run({"resume", QString::fromStdString(name), "--epochs", "2"});
    }

    void aNetworkIsTrainedAtAnotherWidth() {
        const auto parameters = [&](const char* width) {
            const QByteArray out = run({"train", "--data", m_dir.filePath("data"), "--template", "mlp256", "--width",
                                        width, "--epochs", "1", "--events"});
            for (const QByteArray& line : out.split('\n')) {
                if (line.contains("\"started\""))
                    return json::parse(line.toStdString())["parameters"].get<std::int64_t>();
            }
            return std::int64_t{-1};
        };
        const std::int64_t inputs = 12 * 12 * 3, classes = 3;
        QCOMPARE(parameters("0.5"), inputs * 128 + 128 + 128 * 64 + 64 + 64 * classes + classes);
    }

    void goingOnWithWhatIsNoSweepIsRefused() {
        QVERIFY(run({"sweep", "--resume", m_dir.path()}, 1).contains("not the folder of a sweep"));
    }
};

QTEST_GUILESS_MAIN(TstSweepCli)
#include "tst_sweep_cli.moc"
