// The command line as scripts and people see it: what it prints, where, and how it exits.
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/data/sample_data.h"
#include "model/templates/template.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"
#include "tests/support/test_data.h"

using nlohmann::json;

namespace {

constexpr int waitMs = 300'000;

struct Outcome {
    int exitCode = -1;
    QByteArray out, err;

    /// Each line of standard output as JSON; discarded values where a line is none.
    std::vector<json> lines() const {
        std::vector<json> list;
        for (const QByteArray& line : out.trimmed().split('\n')) {
            list.push_back(json::parse(line.toStdString(), nullptr, false));
        }
        return list;
    }
};

}  // namespace

class TstCli : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void cleanupTestCase();
    void helpIsPrintedForEveryCommandWithExamples();
    void everySettingIsAnOption();
    void wrongUsageExitsWithTwoAndOneSentence_data();
    void wrongUsageExitsWithTwoAndOneSentence();
    void failuresExitWithOneAndOneSentence_data();
    void failuresExitWithOneAndOneSentence();
    void devicesAreListed();
    void templatesAreListedWithTheirGraphs();
    void aNetworkIsPrintedAsAProgram();
    void sampleDataIsDrawnAndScanned();
    void aScanListsFilesThatCannotBeRead();
    void aTrainedRunIsListedEvaluatedAskedAndExported();
    void theSameSpecGivesTheSameWeights();
    void eventsAreLinesThatTheWindowCanRead();
    void aRunWhoseDeviceIsLostGoesOnInAFreshProcess();
    void aDeviceThatIsLostAgainEndsTheRunWithItsCheckpoint();
    void anAutomaticBatchIsChosenAndWrittenDown();
    void aBatchThatCannotFitIsRefusedWithOneThatDoes();
    void aDeviceIsTestedAndTheVerdictIsKept();
    void stepsAreTimedWithTheKeysOfThePeers();
    void aFailureBeforeTheRunIsAnEventToo();
    void aTerminationRequestEndsTheRunWithACheckpoint();
    void aRunGoesOnWhenNobodyListens();
    void aModelFileIsTrained();
    void twoPcsPairAtTheirTerminals();
    void everyOddPictureGivesOneLine();

  private:
    /// `more` are further environment variables.
    Outcome run(const QStringList& arguments, const QStringList& more = {}) const;
    QString path(const QString& name) const { return m_dir.filePath(name); }
    QStringList quickTraining(const QString& runName, int epochs = 2, const QString& batch = "16") const;

    QTemporaryDir m_dir;
    QString m_data;
};

Outcome TstCli::run(const QStringList& arguments, const QStringList& more) const {
    QProcess process;
    process.setEnvironment(QProcess::systemEnvironment() + more);
    process.setWorkingDirectory(m_dir.path());
    process.start(LEMNOS_CLI, arguments);
    Outcome outcome;
    if (!process.waitForFinished(waitMs)) return outcome;
    outcome.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    return outcome;
}

QStringList TstCli::quickTraining(const QString& runName, int epochs, const QString& batch) const {
    return {"train",      "--data",   m_data,
            "--template", "mlp256",   "--size",
            "12x12",      "--epochs", QString::number(epochs),
            "--batch",    batch,      "--patience",
            "0",          "--run",    path(runName)};
}

void TstCli::initTestCase() {
    QVERIFY2(QFile::exists(LEMNOS_CLI), "build the target lemnos-cli first");
    qputenv("LEMNOS_RUNS", path("runs").toUtf8());
    m_data = path("d\u00e0ta \u56fe \U0001f33b");
    QVERIFY(lemnos::makeSampleData(m_data.toStdString(), {.imagesPerClass = 10, .sizePixels = 16}).ok());
}

void TstCli::cleanupTestCase() {
    // QTemporaryDir can't remove a name that is not UTF-8.
    std::filesystem::remove_all(path("odd").toStdString());
}

void TstCli::helpIsPrintedForEveryCommandWithExamples() {
    const Outcome all = run({"--help"});
    QCOMPARE(all.exitCode, 0);
    for (const char* command : {"devices", "selftest", "bench", "find-rate", "sample-data", "scan", "templates",
                                "train", "resume", "evaluate", "predict", "export", "runs", "annotate", "compare", "control"}) {
        QVERIFY2(all.out.contains(QByteArray("  ") + command), command);
        const Outcome one = run({command, "--help"});
        QCOMPARE(one.exitCode, 0);
        QVERIFY2(one.out.contains(QByteArray("Example")), command);
        QVERIFY2(one.out.contains(QByteArray("lemnos-cli ") + command), command);
        QVERIFY2(one.out.contains("--json"), command);
        QVERIFY(one.err.isEmpty());
    }
    QVERIFY(run({"--version"}).out.startsWith("Lemnos "));
}

void TstCli::everySettingIsAnOption() {
    const Outcome help = run({"train", "--help"});
    for (const lemnos::Param& param : lemnos::runSettings()) {
        const QString option = "--" + QString::fromStdString(param.key).replace('_', '-');
        QVERIFY2(help.out.contains(option.toUtf8()), qPrintable(option));
    }
    QVERIFY(help.out.contains("--lr"));
    QVERIFY(help.out.contains("--momentum"));
    QVERIFY(help.out.contains("flip_horizontal"));
}

void TstCli::wrongUsageExitsWithTwoAndOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const QStringList& arguments) {
        QTest::addRow("%s", qPrintable(arguments.join(' '))) << arguments;
    };
    row({});
    row({"paint"});
    row({"--paint"});
    row({"train"});
    row({"train", "--data"});
    row({"train", "--data", "x", "--epochs", "0"});
    row({"train", "--data", "x", "--epochs", "many"});
    row({"train", "--data", "x", "--epochs", "99999999999999999999"});
    row({"train", "--data", "x", "--lr", "-1"});
    row({"train", "--data", "x", "--optimizer", "magic"});
    row({"train", "--data", "x", "--size", "28x"});
    row({"train", "--data", "x", "--size", "28x0"});
    row({"train", "--data", "x", "--size", "28x28x3"});
    row({"train", "--data", "x", "--size", "5000x28"});
    row({"train", "--data", "x", "--channels", "2"});
    row({"train", "--data", "x", "--augment", "teleport"});
    row({"train", "--data", "x", "--augment", "shift=far"});
    row({"train", "--data", "x", "--augment", "shift=0.1,0.2"});
    row({"train", "--data", "x", "--template", "mlp256", "--model", "m.json"});
    row({"train", "--data", "x", "--spec", "spec.json"});
    row({"evaluate"});
    row({"evaluate", "run", "--split", "all"});
    row({"predict", "run"});
    row({"export", "run"});
    row({"scan"});
    row({"resume", "run", "--epochs", "0"});
}

void TstCli::wrongUsageExitsWithTwoAndOneSentence() {
    QFETCH(QStringList, arguments);
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY(outcome.out.isEmpty());
    QVERIFY2(outcome.err.startsWith("lemnos-cli: "), outcome.err);
    QCOMPARE(outcome.err.count('\n'), 1);
    QVERIFY2(outcome.err.contains("--help"), outcome.err);
}

void TstCli::failuresExitWithOneAndOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const QStringList& arguments, const char* named) {
        QTest::addRow("%s", qPrintable(arguments.join(' '))) << arguments << QByteArray(named);
    };
    row({"scan", "nowhere"}, "nowhere");
    row({"scan", "/dev/null"}, "/dev/null");
    row({"train", "--data", "nowhere"}, "nowhere");
    row({"train", "--data", "nowhere", "--template", "resnet9000"}, "resnet9000");
    row({"train", "--data", "nowhere", "--model", "missing.json"}, "missing.json");
    row({"train", "--spec", "missing.json"}, "missing.json");
    row({"train", "--data", "nowhere", "--optimizer", "sgd", "--beta1", "0.5"}, "--beta1");
    row({"resume", "nothing"}, "nothing");
    row({"evaluate", "nothing"}, "nothing");
    row({"predict", "nothing", "a.png"}, "nothing");
    row({"export", "nothing", "--out", "x"}, "nothing");
    row({"sample-data", "/dev/null/x"}, "/dev/null");
}

void TstCli::failuresExitWithOneAndOneSentence() {
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, named);
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.startsWith("lemnos-cli: "), outcome.err);
    QVERIFY2(outcome.err.contains(named), outcome.err);
    QCOMPARE(outcome.err.count('\n'), 1);
}

void TstCli::devicesAreListed() {
    const Outcome outcome = run({"devices", "--json"});
    QCOMPARE(outcome.exitCode, 0);
    const json devices = outcome.lines().at(0);
    QVERIFY(devices.is_array() && !devices.empty());
    std::vector<std::string> ids;
    for (const json& device : devices) {
        ids.push_back(device["id"].get<std::string>());
        QVERIFY(device["gflops"].get<double>() > 0 && device["gbytes_per_s"].get<double>() > 0);
        QVERIFY(device["fp16"].is_boolean() && device["cooperative_matrix"].is_boolean());
    }
    QVERIFY(std::ranges::find(ids, "cpu") != ids.end());
    QVERIFY(std::ranges::any_of(ids, [](const std::string& id) { return id.starts_with("vulkan:"); }));
    QVERIFY(run({"devices"}).out.contains(QByteArray::fromStdString(devices[0]["name"].get<std::string>())));
}

void TstCli::templatesAreListedWithTheirGraphs() {
    const json list = run({"templates", "--json"}).lines().at(0);
    std::vector<std::string> names;
    for (const json& item : list) {
        names.push_back(item["name"].get<std::string>());
        QVERIFY(lemnos::graphFromJson(item["graph"]).ok());
    }
    for (const char* name : {"mlp256", "mlp512"}) QVERIFY(std::find(names.begin(), names.end(), name) != names.end());
}

void TstCli::aNetworkIsPrintedAsAProgram() {
    const QByteArray pytorch =
        run({"code", "--framework", "pytorch", "--template", "lenet5", "--size", "28", "--channels", "1"}).out;
    QVERIFY2(pytorch.contains("nn.Conv2d(1, 6, 5, padding=2)"), pytorch.constData());
    QFile file(path("network.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(json(lemnos::toJson(*lemnos::graphFromTemplate("mlp256"))).dump().c_str());
    file.close();
    const Outcome keras =
        run({"code", "--framework", "keras", "--model", "network.json", "--classes", "4", "--out", "network.py"});
    QCOMPARE(keras.exitCode, 0);
    QVERIFY(keras.out.isEmpty());
    QFile program(path("network.py"));
    QVERIFY(program.open(QIODevice::ReadOnly));
    QVERIFY(program.readAll().contains("layers.Dense(4, name=\"scores\")"));
    QCOMPARE(run({"code", "--framework", "other"}).exitCode, 2);
    const Outcome small = run({"code", "--framework", "keras", "--template", "vgg_small", "--size", "2"});
    QCOMPARE(small.exitCode, 1);
    QVERIFY(small.err.contains("larger picture size"));
    QVERIFY(run({"code", "--help"}).out.contains("Example"));
}

void TstCli::sampleDataIsDrawnAndScanned() {
    const Outcome made = run({"sample-data", "sample \u4e00", "--json"});
    QCOMPARE(made.exitCode, 0);
    const json scan = run({"scan", "sample \u4e00", "--json"}).lines().at(0);
    QCOMPARE(scan["images"].get<int>(), made.lines().at(0)["images"].get<int>());
    QCOMPARE(scan["classes"].size(), std::size_t{10});
    QCOMPARE(scan["problems"].size(), std::size_t{0});
    int train = 0, all = 0;
    for (const json& item : scan["classes"]) {
        all += item["count"].get<int>();
        train += item["train"].get<int>();
        QCOMPARE(item["train"].get<int>() + item["val"].get<int>() + item["test"].get<int>(), item["count"].get<int>());
    }
    QCOMPARE(all, scan["images"].get<int>());
    QCOMPARE(train, scan["splits"]["train"].get<int>());
    QVERIFY2(run({"sample-data", "."}).exitCode == 1, "a folder that holds something else is left alone");
}

void TstCli::aScanListsFilesThatCannotBeRead() {
    const QString copy = path("faulty");
    QVERIFY(lemnos::makeSampleData(copy.toStdString(), {.imagesPerClass = 2, .sizePixels = 8}).ok());
    QFile empty(copy + "/" + QDir(copy).entryList(QDir::Dirs | QDir::NoDotAndDotDot).first() + "/\u7a7a.png");
    QVERIFY(empty.open(QIODevice::WriteOnly));
    const Outcome scan = run({"scan", copy, "--json"});
    QCOMPARE(scan.exitCode, 0);
    const json problems = scan.lines().at(0)["problems"];
    QCOMPARE(problems.size(), std::size_t{1});
    QVERIFY(problems[0]["path"].get<std::string>().ends_with("\u7a7a.png"));
    QVERIFY(!problems[0]["reason"].get<std::string>().empty());
    QVERIFY(run({"scan", copy}).out.contains("\u7a7a.png"));
}

void TstCli::aTrainedRunIsListedEvaluatedAskedAndExported() {
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

void TstCli::theSameSpecGivesTheSameWeights() {
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

void TstCli::eventsAreLinesThatTheWindowCanRead() {
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

void TstCli::aFailureBeforeTheRunIsAnEventToo() {
    const Outcome outcome = run({"train", "--spec", "missing.json", "--events"});
    QCOMPARE(outcome.exitCode, 1);
    const auto event = lemnos::eventFromLine(outcome.out.trimmed().toStdString());
    QVERIFY(event.ok());
    QVERIFY(std::get<lemnos::FailedEvent>(event->what).message.find("missing.json") != std::string::npos);
}

void TstCli::aTerminationRequestEndsTheRunWithACheckpoint() {
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

void TstCli::aRunWhoseDeviceIsLostGoesOnInAFreshProcess() {
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

void TstCli::aDeviceThatIsLostAgainEndsTheRunWithItsCheckpoint() {
    const Outcome outcome = run(quickTraining("lost-twice", 200) << "--device"
                                                                 << "cpu",
                                {"LEMNOS_LOSE_DEVICE_AT=60"});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("stopped answering"), outcome.err);
    QVERIFY(QFile::exists(path("lost-twice/last.safetensors")));
    const Outcome resumed = run({"resume", path("lost-twice"), "--epochs", "30"});
    QVERIFY2(resumed.exitCode == 0, resumed.err);
}

void TstCli::anAutomaticBatchIsChosenAndWrittenDown() {
    const Outcome outcome = run(quickTraining("auto-batch", 2, "auto"));
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    QFile file(path("auto-batch/spec.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const int batch = json::parse(file.readAll().toStdString())["settings"]["batch"].get<int>();
    QVERIFY(batch >= 1 && batch <= 128 && (batch & (batch - 1)) == 0);
}

void TstCli::aBatchThatCannotFitIsRefusedWithOneThatDoes() {
    const Outcome outcome = run({"train", "--data", m_data, "--template", "resnet18", "--size", "512x512", "--batch",
                                 "60000", "--run", path("huge")});
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY2(outcome.err.contains("the largest batch that fits is "), outcome.err);
    QVERIFY(!QFile::exists(path("huge")));
}

void TstCli::aDeviceIsTestedAndTheVerdictIsKept() {
    const Outcome outcome = run({"selftest", "--device", "cpu", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    const json verdict = outcome.lines().at(0);
    QVERIFY(verdict["ok"].get<bool>() && verdict["examples"].get<int>() > 300);
    const json devices = run({"devices", "--json"}).lines().at(0);
    for (const json& device : devices) {
        if (device["id"] == "cpu") QCOMPARE(device["selftest"].get<std::string>(), std::string("passed"));
    }
    QCOMPARE(run({"selftest", "--device", "vulkan:99"}).exitCode, 1);
}

void TstCli::stepsAreTimedWithTheKeysOfThePeers() {
    const Outcome outcome =
        run({"bench", "--model", "linear", "--batch", "8", "--steps", "3", "--side", "8", "--device", "cpu", "--json"});
    QVERIFY2(outcome.exitCode == 0, outcome.err);
    const json result = outcome.lines().at(0);
    for (const char* key :
         {"peer", "model", "batch", "device", "mode", "threads", "ms_median", "ms_best", "images_per_s"})
        QVERIFY2(result.contains(key), key);
    QVERIFY(result["ms_median"].get<double>() >= result["ms_best"].get<double>());
    QVERIFY(!result["ops"].empty());
}

void TstCli::aRunGoesOnWhenNobodyListens() {
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

void TstCli::aModelFileIsTrained() {
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

void TstCli::everyOddPictureGivesOneLine() {
    // Without the real collection, a few of the kind: empty, cut off, and with a name that is not UTF-8.
    const std::filesystem::path own = path("odd").toStdString();
    std::filesystem::create_directories(own);
    const auto picture =
        std::filesystem::directory_iterator(std::filesystem::directory_iterator(m_data.toStdString())->path());
    std::filesystem::copy_file(picture->path(), own / "caf\xe9\n.png");
    std::filesystem::copy_file(picture->path(), own / "cut.png");
    std::filesystem::resize_file(own / "cut.png", 40);
    std::ofstream(own / "empty.jpg").flush();
    const std::filesystem::path folder = lemnos::test::testDataSet("nasty_images").value_or(own);

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

void TstCli::twoPcsPairAtTheirTerminals() {
    QTemporaryDir folder;
    const auto start = [&](QProcess& process, const QString& settings, const QStringList& arguments) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("LEMNOS_CONFIG", folder.filePath(settings));
        process.setProcessEnvironment(environment);
        process.start(LEMNOS_CLI, QStringList("peer") + arguments);
    };
    // Reads on until the text is there.
    const auto readUntil = [](QProcess& process, QByteArray& text, const char* what) {
        while (!text.contains(what) && process.waitForReadyRead(waitMs)) text += process.readAllStandardOutput();
        return text.contains(what);
    };
    QProcess host, starter;
    QByteArray shown, asked;
    start(host, "a", {"pair", "--listen", "127.0.0.1", "--port", "0", "--name", "cellar"});
    QVERIFY(readUntil(host, shown, "peer pair ADDRESS:"));
    QVERIFY(shown.endsWith('\n'));
    const QByteArray port = shown.mid(shown.lastIndexOf(':') + 1).trimmed();
    start(starter, "b", {"pair", "127.0.0.1:" + port, "--name", "attic"});
    QVERIFY(readUntil(host, shown, "Type this code") && readUntil(starter, asked, "Type the code"));
    starter.write(shown.trimmed().right(7) + "\n");
    QVERIFY(readUntil(starter, asked, "Paired with 'attic'"));
    QVERIFY(readUntil(host, shown, "yes or no"));
    host.write("yes\n");
    QVERIFY(readUntil(host, shown, "Paired with 'cellar'"));
    for (QProcess* process : {&host, &starter}) {
        QVERIFY(process->state() == QProcess::NotRunning || process->waitForFinished(waitMs));
        QCOMPARE(process->exitCode(), 0);
    }

    const auto output = [&](const QString& settings, const QStringList& arguments) {
        QProcess process;
        start(process, settings, arguments);
        process.waitForFinished(waitMs);
        return json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
    };
    const json own = output("a", {"id", "--json"}), known = output("b", {"list", "--json"});
    QCOMPARE(known.size(), std::size_t(1));
    QVERIFY(known[0]["id"] == own["id"]);
    QVERIFY(known[0]["name"] == "attic");
    output("b", {"forget", "attic"});
    QVERIFY(output("b", {"list", "--json"}).empty());
    output("b", {"trust", QString::fromStdString(own["id"].get<std::string>()), "attic"});
    QCOMPARE(output("b", {"list", "--json"}).size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TstCli)
#include "tst_cli.moc"
