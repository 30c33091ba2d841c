// A run that is killed again and again ends with the very weights of one that never was. 25 times here, and 25 in
// tst_follow; as often as LEMNOS_KILLS says where it is set.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <random>

#include "model/files.h"
#include "model/train/run_store.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int waitMs = 60'000;

}  // namespace

class TstKill : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path folder() const { return m_folder.path().toStdString(); }
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    QStringList training(const QString& run) const {
        return {"train", "--data", path("data"), "--template", "mlp256",     "--epochs", "5",     "--batch",
                "8",     "--seed", "7",          "--augment",  "shift=0.1",  "--device", "cpu",   "--patience",
                "0",     "--run",  run,          "--events",   "--schedule", "cosine",   "--ema", "0.9"};
    }

    /// Starts the program and kills it so many milliseconds after it has printed so many lines, the first of which come
    /// before it has a folder; -1 lines: lets it end. Whether it ended by itself.
    bool runOnce(const QStringList& arguments, int lines, int delayMs = 0) {
        QProcess process;
        process.setProcessChannelMode(QProcess::SeparateChannels);
        process.start(LEMNOS_CLI, arguments);
        for (int seen = 0; seen != lines && process.waitForReadyRead(waitMs);) {
            for (; seen != lines && process.canReadLine(); ++seen) process.readLine();
        }
        if (lines >= 0 && !process.waitForFinished(delayMs) && process.state() == QProcess::Running) {
            process.kill();  // SIGKILL: it can save nothing
            process.waitForFinished(waitMs);
            return false;
        }
        process.waitForFinished(waitMs);
        // Killed between its last event and its end, it had nothing left to do.
        const QByteArray errors = process.readAllStandardError();
        if ((process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) &&
            !errors.contains("is complete"))
            qFatal("%s", errors.constData());
        return true;
    }

    std::string weights(const char* run) const { return *readFile(folder() / run / "weights.safetensors"); }

  private slots:
    void initTestCase() {
        qputenv("LEMNOS_CACHE", path("cache").toUtf8());
        test::makeTinyDataSet(folder() / "data", {.classes = 3, .imagesPerClass = 40, .sizePixels = 16});
    }

    void aKilledRunLosesNothing() {
        QVERIFY(runOnce(training(path("whole")), -1));
        const int kills = qEnvironmentVariableIsSet("LEMNOS_KILLS") ? qEnvironmentVariableIntValue("LEMNOS_KILLS") : 25;
        std::mt19937 random(20261126);
        int killed = 0, begun = 0;
        bool ended = false;
        for (int i = 0; killed < kills; ++i) {
            if (ended) fs::remove_all(folder() / "part");  // it was over before it could be killed often enough
            const QStringList resuming{"resume", path("part"), "--events"};
            const bool fresh = !fs::exists(folder() / "part" / "spec.json");
            const int lines = int(random() % 24), delayMs = int(random() % 8);
            ended = runOnce(fresh ? training(path("part")) : resuming, lines, delayMs);
            killed += ended ? 0 : 1;
            begun += fs::exists(folder() / "part" / "last.safetensors");
        }
        QVERIFY(begun > kills / 5);  // many of the moments were between steps, and not all before the first
        if (!ended) {
            const bool fresh = !fs::exists(folder() / "part" / "spec.json");
            QVERIFY(runOnce(fresh ? training(path("part")) : QStringList{"resume", path("part"), "--events"}, -1));
        }
        QVERIFY(weights("whole") == weights("part"));

        std::vector<std::int64_t> epochs;
        int finished = 0;
        const auto events = RunStore::open(folder() / "part")->readEvents();
        QVERIFY(events.ok());
        for (const Event& event : *events) {
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(epoch->epoch);
            finished += std::holds_alternative<FinishedEvent>(event.what);
        }
        QCOMPARE(epochs, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
        QCOMPARE(finished, 1);
    }
};

QTEST_GUILESS_MAIN(TstKill)
#include "tst_kill.moc"
