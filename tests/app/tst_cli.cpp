// The command line as scripts and people see it: what it prints, where, and how it exits.
#include <QDir>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "model/templates/template.h"
#include "model/train/run_spec.h"
#include "tests/support/cli_test.h"

using namespace lemnos;
using nlohmann::json;

class TstCli : public test::CliTest {
    Q_OBJECT

  private slots:
    void initTestCase();
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
    void aDeviceIsTestedAndTheVerdictIsKept();
    void stepsAreTimedWithTheKeysOfThePeers();
    void twoPcsPairAtTheirTerminals();
};

void TstCli::initTestCase() {
    qputenv("LEMNOS_RUNS", path("runs").toUtf8());
    makeData("d\u00e0ta \u56fe \U0001f33b", {.imagesPerClass = 10, .sizePixels = 16});
}

void TstCli::helpIsPrintedForEveryCommandWithExamples() {
    const Outcome all = run({"--help"});
    QCOMPARE(all.exitCode, 0);
    for (const char* command :
         {"devices", "selftest", "bench", "find-rate", "sample-data", "scan", "templates", "train", "resume",
          "evaluate", "predict", "export", "runs", "annotate", "compare", "control"}) {
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
    QVERIFY(help.out.simplified().contains("the square root of their number. [auto]"));  // which 0 stands for
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
