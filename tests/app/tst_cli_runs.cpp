// Runs from the command line: what they print and leave, how they end, and what can be done with them afterwards.
#include <QDir>
#include <filesystem>
#include <fstream>

#include "model/train/event.h"
#include "model/train/run_spec.h"
#include "tests/support/cli_test.h"
#include "tests/support/test_data.h"

using namespace lemnos;
using nlohmann::json;

class TstCliRuns : public test::CliTest {
    Q_OBJECT

  private slots:
    void initTestCase();
    void cleanupTestCase();
    void aTrainedRunIsListedEvaluatedAskedAndExported();
    void theSameSpecGivesTheSameWeights();
    void eventsAreLinesThatTheWindowCanRead();
    void aRunWhoseDeviceIsLostGoesOnInAFreshProcess();
    void aDeviceThatIsLostAgainEndsTheRunWithItsCheckpoint();
    void anAutomaticBatchIsChosenAndWrittenDown();
    void aBatchThatCannotFitIsRefusedWithOneThatDoes();
    void aFailureBeforeTheRunIsAnEventToo();
    void aTerminationRequestEndsTheRunWithACheckpoint();
    void aRunGoesOnWhenNobodyListens();
    void aModelFileIsTrained();
    void everyOddPictureGivesOneLine();

  private:
    QStringList quickTraining(const QString& runName, int epochs = 2, const QString& batch = "16") const;
};

QStringList TstCliRuns::quickTraining(const QString& runName, int epochs, const QString& batch) const {
    return {"train",      "--data",   m_data,
            "--template", "mlp256",   "--size",
            "12x12",      "--epochs", QString::number(epochs),
            "--batch",    batch,      "--patience",
            "0",          "--run",    path(runName)};
}

void TstCliRuns::initTestCase() {
    qputenv("LEMNOS_RUNS", path("runs").toUtf8());
    makeData("d\u00e0ta \u56fe \U0001f33b", {.imagesPerClass = 10, .sizePixels = 16});
}

void TstCliRuns::cleanupTestCase() {
    // QTemporaryDir can't remove a name that is not UTF-8.
    std::filesystem::remove_all(path("odd").toStdString());
}

void TstCliRuns::aTrainedRunIsListedEvaluatedAskedAndExported() {
    const Outcome trained = run(quickTraining("runs/\u7b2c\u4e00 run"));
    QVERIFY2(trained.exitCode == 0, trained.err);
    QVERIFY2(trained.out.contains("epoch 2/2"), trained.out);
    QVERIFY2(!trained.out.contains('\r') && !trained.out.contains('\x1b'), "plain lines where there is no terminal");

    const json runs = run({"runs", "--json"}).lines().at(0);
    QCOMPARE(runs.size(), std::size_t{1});
    QCOMPARE(runs[0]["name"].get<std::string>(), std::string("\u7b2c\u4e00 run"));
    QCOMPARE(runs[0]["state"].get<std::string>(), std::string("completed"));
    QCOMPARE(runs[0]["epochs"].get<int>(), 2);

    const json notes =
        run({"annotate", "\u7b2c\u4e00 run", "--notes", "first", "--tag", "a, b", "--untag", "a", "--json"})
            .lines()
            .at(0);
    QCOMPARE(notes["notes"].get<std::string>(), std::string("first"));
    QCOMPARE(notes["tags"].dump(), std::string("[\"b\"]"));
    QVERIFY(run({"runs"}).out.contains("  b"));
    QCOMPARE(run({"compare", "\u7b2c\u4e00 run", path("runs/\u7b2c\u4e00 run"), "--json"}).lines().at(0).size(),
             std::size_t{0});

    const json test = run({"evaluate", "\u7b2c\u4e00 run", "--json"}).lines().at(0);
    QCOMPARE(test["split"].get<std::string>(), std::string("test"));
    QCOMPARE(test["count"].get<int>(), 10);
    QVERIFY(test["accuracy"].get<double>() >= 0 && test["accuracy"].get<double>() <= 1);
    QVERIFY(test["loss"].get<double>() > 0);
    const json validation = run({"evaluate", path("runs/\u7b2c\u4e00 run"), "--split", "val", "--json"}).lines().at(0);
    QCOMPARE(validation["accuracy"].get<double>(), runs[0]["best"]["accuracy"].get<double>());

    const QString picture =
        m_data + "/" + QDir(m_data).entryList(QDir::Dirs | QDir::NoDotAndDotDot).first() + "/0001.png";
    QFile::copy(picture, path("-dash.png"));
    const Outcome asked = run({"predict", "\u7b2c\u4e00 run", "--json", "--", picture, "missing.png", "-dash.png"});
    QCOMPARE(asked.exitCode, 1);
    const std::vector<json> answers = asked.lines();
    QCOMPARE(answers.size(), std::size_t{3});
    QCOMPARE(answers[0]["image"].get<std::string>(), picture.toStdString());
    QCOMPARE(answers[0]["top"].size(), std::size_t{5});
    double last = 1;
    for (const json& guess : answers[0]["top"]) {
        QVERIFY(guess["probability"].get<double>() <= last);
        last = guess["probability"].get<double>();
        QVERIFY(QDir(m_data).exists(QString::fromStdString(guess["label"].get<std::string>())));
    }
    QVERIFY(answers[1].contains("error"));
    QCOMPARE(answers[2]["top"].dump(), answers[0]["top"].dump());

    const Outcome exported = run({"export", "\u7b2c\u4e00 run", "--out", path("out \u51fa"), "--json"});
    QVERIFY2(exported.exitCode == 0, exported.err);
    QVERIFY(exported.lines().at(0)["largest_difference"].get<double>() < 1e-3);
    QVERIFY(QFile::exists(path("out \u51fa/model.onnx")));
}

void TstCliRuns::theSameSpecGivesTheSameWeights() {
    QVERIFY(run(quickTraining("first")).exitCode == 0);
    const Outcome again = run({"train", "--spec", path("first/spec.json"), "--run", path("again")});
    QVERIFY2(again.exitCode == 0, again.err);
    QFile a(path("first/weights.safetensors")), b(path("again/weights.safetensors"));
    QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
    const QByteArray weights = a.readAll();
    QVERIFY(weights.size() > 1000);
    QVERIFY(weights == b.readAll());
    QVERIFY2(run(quickTraining("first")).exitCode == 1, "a run's folder is never written over");
}

void TstCliRuns::eventsAreLinesThatTheWindowCanRead() {
    const Outcome outcome = run(quickTraining("events") << "--events");
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    int epochs = 0;
    bool finished = false;
    for (const QByteArray& line : outcome.out.trimmed().split('\n')) {
        const auto event = lemnos::eventFromLine(line.toStdString());
        QVERIFY2(event.ok(), line);
        QVERIFY2(!finished, "nothing comes after the last event");
        epochs += std::holds_alternative<lemnos::EpochEvent>(event->what);
        finished = std::holds_alternative<lemnos::FinishedEvent>(event->what);
    }
    QCOMPARE(epochs, 2);
    QVERIFY(finished);

    const Outcome result = run({"resume", path("events"), "--epochs", "3", "--json"});
    QVERIFY2(result.exitCode == 0, result.err);
    QCOMPARE(result.lines().at(0)["epochs"].get<int>(), 3);
}

void TstCliRuns::aFailureBeforeTheRunIsAnEventToo() {
    const Outcome outcome = run({"train", "--spec", "missing.json", "--events"});
    QCOMPARE(outcome.exitCode, 1);
    const auto event = lemnos::eventFromLine(outcome.out.trimmed().toStdString());
    QVERIFY(event.ok());
    QVERIFY(std::get<lemnos::FailedEvent>(event->what).message.find("missing.json") != std::string::npos);
}

void TstCliRuns::aTerminationRequestEndsTheRunWithACheckpoint() {
    QStringList arguments = quickTraining("stopped") << "--events";
    arguments[arguments.indexOf("--epochs") + 1] = "100000";
    QProcess process;
    process.start(LEMNOS_CLI, arguments);
    QByteArray out;
    while (!out.contains("\"event\":\"epoch\"")) {
        QVERIFY(process.waitForReadyRead(waitMs));
        out += process.readAllStandardOutput();
    }
    process.terminate();
    QVERIFY(process.waitForFinished(waitMs));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    out += process.readAllStandardOutput();
    const auto last = lemnos::eventFromLine(out.trimmed().split('\n').last().toStdString());
    QCOMPARE(std::get<lemnos::FinishedEvent>(last->what).reason, std::string("stopped"));
    QVERIFY(QFile::exists(path("stopped/last.safetensors")));
    const std::int64_t done = std::get<lemnos::FinishedEvent>(last->what).epochs;
    const Outcome resumed = run({"resume", path("stopped"), "--epochs", QString::number(done + 2)});
    QVERIFY2(resumed.exitCode == 0, resumed.err);
}

void TstCliRuns::aRunWhoseDeviceIsLostGoesOnInAFreshProcess() {
    // Late enough that the fresh process, which has only the last epochs to do, does not come as far.
    const QStringList arguments = quickTraining("lost", 12) << "--device"
                                                            << "cpu"
                                                            << "--events";
    const Outcome counted = run(quickTraining("whole", 12) << "--device"
                                                           << "cpu"
                                                           << "--events");
    QVERIFY2(counted.exitCode == 0, counted.err);
    const Outcome outcome = run(arguments, {"LEMNOS_LOSE_DEVICE_AT=80"});
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    int started = 0, warnings = 0, finished = 0;
    for (const QByteArray& line : outcome.out.trimmed().split('\n')) {
        const auto event = lemnos::eventFromLine(line.toStdString());
        QVERIFY2(event.ok(), line);
        QVERIFY(!std::holds_alternative<lemnos::FailedEvent>(event->what));
        started += std::holds_alternative<lemnos::StartedEvent>(event->what);
        finished += std::holds_alternative<lemnos::FinishedEvent>(event->what);
        warnings += std::holds_alternative<lemnos::LogEvent>(event->what) && line.contains("fresh process");
    }
    QCOMPARE(started, 2);
    QCOMPARE(warnings, 1);
    QCOMPARE(finished, 1);
    const auto bytesOf = [&](const char* run) {
        QFile file(path(QString(run) + "/weights.safetensors"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!bytesOf("lost").isEmpty());
    QCOMPARE(bytesOf("lost"), bytesOf("whole"));
}

void TstCliRuns::aDeviceThatIsLostAgainEndsTheRunWithItsCheckpoint() {
    const Outcome outcome = run(quickTraining("lost-twice", 200) << "--device"
                                                                 << "cpu",
                                {"LEMNOS_LOSE_DEVICE_AT=60"});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("stopped answering"), outcome.err);
    QVERIFY(QFile::exists(path("lost-twice/last.safetensors")));
    const Outcome resumed = run({"resume", path("lost-twice"), "--epochs", "30"});
    QVERIFY2(resumed.exitCode == 0, resumed.err);
}

void TstCliRuns::anAutomaticBatchIsChosenAndWrittenDown() {
    const Outcome outcome = run(quickTraining("auto-batch", 2, "auto"));
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    QFile file(path("auto-batch/spec.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const int batch = json::parse(file.readAll().toStdString())["settings"]["batch"].get<int>();
    QVERIFY(batch >= 1 && batch <= 128 && (batch & (batch - 1)) == 0);
}

void TstCliRuns::aBatchThatCannotFitIsRefusedWithOneThatDoes() {
    const Outcome outcome = run({"train", "--data", m_data, "--template", "resnet18", "--size", "512x512", "--batch",
                                 "60000", "--run", path("huge")});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("the largest batch that fits is "), outcome.err);
    QVERIFY(!QFile::exists(path("huge")));
}

void TstCliRuns::aRunGoesOnWhenNobodyListens() {
    QProcess shell;
    // head reads one line and closes the pipe.
    shell.start("sh", QStringList{"-c", R"("$@" --events | head -n 1)", "sh", LEMNOS_CLI} + quickTraining("unheard"));
    QVERIFY(shell.waitForFinished(waitMs));
    // The shell may be gone before the run is; resuming tells when it is complete.
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            QFile events(path("unheard/events.jsonl"));
            return events.open(QIODevice::ReadOnly) && events.readAll().contains("\"event\":\"finished\"");
        }(),
        waitMs);
}

void TstCliRuns::aModelFileIsTrained() {
    json graph = run({"templates", "--json"}).lines().at(0)[0]["graph"];
    graph["name"] = "\u5c0f net";
    for (json& layer : graph["layers"]) {
        if (layer["type"] == "dense" && layer["params"].value("units", 0) > 0) layer["params"]["units"] = 9;
    }
    QFile file(path("model.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(graph.dump()));
    file.close();
    QStringList arguments = quickTraining("own");
    const qsizetype at = arguments.indexOf("--template");
    arguments[at] = "--model";
    arguments[at + 1] = path("model.json");
    const Outcome outcome = run(arguments << "--augment"
                                          << "flip_horizontal"
                                          << "--augment"
                                          << "shift=0.2");
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    const auto spec = lemnos::readRunSpec(path("own/spec.json").toStdString());
    QVERIFY(spec.ok());
    QCOMPARE(spec->model.name, std::string("\u5c0f net"));
    QCOMPARE(spec->data.augment.size(), std::size_t{2});
    QCOMPARE(lemnos::realParam(spec->data.augment[1].params, "fraction"), 0.2);
}

void TstCliRuns::everyOddPictureGivesOneLine() {
    // Without the real collection, a few of the kind: empty, cut off, and with a name that is not UTF-8.
    const std::filesystem::path own = path("odd").toStdString();
    std::filesystem::create_directories(own);
    const auto picture =
        std::filesystem::directory_iterator(std::filesystem::directory_iterator(m_data.toStdString())->path());
    std::filesystem::copy_file(picture->path(), own / "caf\xe9\n.png");
    std::filesystem::copy_file(picture->path(), own / "cut.png");
    std::filesystem::resize_file(own / "cut.png", 40);
    std::ofstream(own / "empty.jpg").flush();
    const std::filesystem::path folder = test::testDataSet("nasty_images").value_or(own);

    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) files += entry.is_regular_file();
    QVERIFY(files >= 3);
    QVERIFY(run(quickTraining("odd run")).exitCode == 0);
    QProcess shell;
    // Names that are not UTF-8 can't go through QProcess.
    shell.start("sh", {"-c", R"(find "$1" -type f -print0 | xargs -0 "$2" predict "$3" --json --)", "sh",
                       QString::fromStdString(folder.string()), LEMNOS_CLI, path("odd run")});
    QVERIFY(shell.waitForFinished(waitMs));
    QVERIFY2(shell.exitCode() == 0 || shell.exitCode() == 123, "123: the command ended with 1 to 125");
    const QList<QByteArray> lines = shell.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(static_cast<std::size_t>(lines.size()), files);
    std::size_t answered = 0;
    for (const QByteArray& line : lines) {
        const json answer = json::parse(line.toStdString(), nullptr, false);
        QVERIFY2(answer.contains("top") != answer.contains("error"), line);
        answered += answer.contains("top");
    }
    QVERIFY(answered > 0 && answered < files);
}

QTEST_GUILESS_MAIN(TstCliRuns)
#include "tst_cli_runs.moc"
