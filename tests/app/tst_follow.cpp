// The window's side of a run is killed at random moments: the run goes on, and the next window follows it. 25 times
// here; as often as LEMNOS_KILLS says where it is set.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "app/session/qt_path.h"
#include "app/session/run_session.h"
#include "model/files.h"
#include "model/train/run_lock.h"
#include "model/train/run_store.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int endMs = 120'000;

/// The window's side as a program of its own, so that it can be killed: starts the run, or follows it.
int windowSide(const QStringList& arguments) {
    RunSession session;
    const fs::path run = toPath(arguments.at(2));
    QObject::connect(&session, &RunSession::finished, [] { QCoreApplication::exit(0); });
    QObject::connect(&session, &RunSession::failed, [](const QString& sentence) {
        std::puts(qPrintable(sentence));
        QCoreApplication::exit(3);
    });
    if (arguments.size() > 3) {
        RunSpec spec = *readRunSpec(toPath(arguments.at(3)));
        spec.run = run;
        session.start(spec);
    } else {
        session.follow(run);
    }
    return QCoreApplication::exec();
}

int killCount() {
    const int asked = qEnvironmentVariableIntValue("LEMNOS_KILLS");
    return asked > 0 ? asked : 25;
}

}  // namespace

class TstFollow : public QObject {
    Q_OBJECT

    fs::path path(const char* name) const { return toPath(m_home->filePath(QLatin1String(name))); }

    std::unique_ptr<QProcess> begin(const QString& program, const QStringList& arguments) {
        auto process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::MergedChannels);
        process->start(program, arguments);
        if (!process->waitForStarted()) qFatal("%s can't be started", qPrintable(program));
        return process;
    }

    /// A run from its beginning, or from where it was left.
    std::unique_ptr<QProcess> trainOn(const fs::path& run) {
        std::error_code code;
        return begin(LEMNOS_CLI, fs::exists(run, code)
                                     ? QStringList{"resume", toText(run)}
                                     : QStringList{"train", "--spec", toText(path("spec.json")), "--run", toText(run)});
    }

    int randomDelayMs() { return std::uniform_int_distribution(0, int(m_wholeMs) / 3)(m_random); }

    /// What a run has that nobody watched, and this one must have too.
    void compareWithWhole(const fs::path& run) {
        const auto weights = readFile(run / "weights.safetensors");
        const auto wanted = readFile(path("whole/weights.safetensors"));
        QVERIFY2(weights, weights ? "" : weights.error().message.c_str());
        QVERIFY(*weights == *wanted);
        const std::vector<Event> events = *RunStore::open(run)->readEvents();
        std::vector<std::int64_t> epochs;
        int finished = 0;
        for (const Event& event : events) {
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(epoch->epoch);
            finished += std::holds_alternative<FinishedEvent>(event.what);
            QVERIFY(!std::holds_alternative<FailedEvent>(event.what));
        }
        std::vector<std::int64_t> each(m_epochs);
        std::iota(each.begin(), each.end(), 1);
        QCOMPARE(epochs, each);
        QCOMPARE(finished, 1);
        QVERIFY(!holderOf(run));
    }

    static constexpr std::int64_t m_epochs = 40;
    std::unique_ptr<QTemporaryDir> m_home;
    std::mt19937 m_random{20260101};
    qint64 m_wholeMs = 0;

  private slots:
    void initTestCase() {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("LEMNOS_CLI", LEMNOS_CLI);
        test::makeTinyDataSet(path("data"), {.imagesPerClass = 60});
        RunSpec spec = *makeRunSpec(path("data"), "mlp256");
        spec.device = "cpu";
        spec.settings["epochs"] = m_epochs;
        spec.settings["patience"] = std::int64_t{0};
        spec.settings["batch"] = std::int64_t{4};
        QVERIFY(writeAtomically(path("spec.json"), toJson(spec).dump()).ok());
        QElapsedTimer timer;
        timer.start();
        auto whole = trainOn(path("whole"));
        QVERIFY(whole->waitForFinished(endMs));
        m_wholeMs = timer.elapsed();
        QVERIFY2(whole->exitCode() == 0, whole->readAll());
    }

    void aRunOutlivesEveryWindow() {
        const QString self = QCoreApplication::applicationFilePath();
        int number = 0, killedInTime = 0;
        fs::path run;
        while (killedInTime < killCount()) {
            const bool going = !run.empty() && holderOf(run);
            if (!going) {
                if (!run.empty()) compareWithWhole(run);
                if (QTest::currentTestFailed()) return;
                run = path(("window" + std::to_string(++number)).c_str());
            }
            QStringList arguments{"--window", toText(run)};
            if (!going) arguments << toText(path("spec.json"));
            auto window = begin(self, arguments);
            // A window that is killed before the run holds its folder may take an order along that was never begun.
            if (!going) QTRY_VERIFY_WITH_TIMEOUT(holderOf(run) || fs::exists(run / "weights.safetensors"), endMs);
            if (window->waitForFinished(randomDelayMs())) {
                QVERIFY2(window->exitCode() == 0, window->readAll());
            } else {
                window->kill();
                QVERIFY(window->waitForFinished());
                ++killedInTime;
            }
        }
        // The last window sees all of it, from the first event to the last.
        RunSession session;
        std::vector<std::int64_t> epochs;
        connect(&session, &RunSession::event, this, [&](const Event& event) {
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(epoch->epoch);
        });
        QSignalSpy finished(&session, &RunSession::finished), failed(&session, &RunSession::failed);
        session.follow(run);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count() + failed.count(), 1, endMs);
        QCOMPARE(failed.count(), 0);
        QCOMPARE(epochs.size(), std::size_t(m_epochs));
        compareWithWhole(run);
    }

    void aFollowedRunIsStoppedAndItsDeathIsTold() {
        const fs::path run = path("followed");
        auto process = trainOn(run);
        QTRY_VERIFY_WITH_TIMEOUT(holderOf(run), endMs);
        QCOMPARE(heldRuns(toPath(m_home->path())), std::vector<fs::path>{run});
        RunSession session;
        QSignalSpy failed(&session, &RunSession::failed), finished(&session, &RunSession::finished);
        session.follow(run);
        QVERIFY(session.isRunning());
        QVERIFY(session.ask({.kind = RunCommand::Kind::pause}).ok());  // so that it does not end by itself
        QTRY_VERIFY_WITH_TIMEOUT(session.isPaused() || finished.count() > 0, endMs);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, endMs);
        QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, endMs);

        process = trainOn(run);
        QTRY_VERIFY_WITH_TIMEOUT(holderOf(run), endMs);
        session.follow(run);
        process->kill();
        QVERIFY(process->waitForFinished());
        QTRY_COMPARE_WITH_TIMEOUT(failed.count() + finished.count(), 2, endMs);
    }

    void twoProcessesDoNotTrainOneRun() {
        const fs::path run = path("twice");
        auto first = trainOn(run);
        QTRY_VERIFY_WITH_TIMEOUT(holderOf(run) && fs::exists(run / "split.tsv"), endMs);
        QVERIFY(sendCommand(run, {.kind = RunCommand::Kind::pause}).ok());
        auto second = begin(LEMNOS_CLI, {"resume", toText(run)});
        QVERIFY(second->waitForFinished(endMs));
        const QByteArray output = second->readAll();
        QVERIFY2(second->exitCode() != 0 && output.contains("another process"), output);
        first->kill();
        QVERIFY(first->waitForFinished());
        QVERIFY(!holderOf(run));
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    if (argc > 2 && std::string_view(argv[1]) == "--window") return windowSide(QCoreApplication::arguments());
    TstFollow test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_follow.moc"
