// Preprocessing, augmentation, features and the picture cache, from the command line and through a whole run.
#include <filesystem>

#include "model/files.h"
#include "model/train/run_spec.h"
#include "tests/support/cli_test.h"

using namespace lemnos;
using nlohmann::json;

class TstCliTransforms : public test::CliTest {
    Q_OBJECT

  private slots:
    void initTestCase();
    void theHelpListsEveryTransformWhereItBelongs();
    void wrongListsAreWrongUsage_data();
    void wrongListsAreWrongUsage();
    void aRunKeepsItsListsAndTheExportSaysThem();
    void theEquivalentCommandMakesTheSameRun();
    void aRunOnFeaturesIsUsedButNotExported_data();
    void aRunOnFeaturesIsUsedButNotExported();
    void featuresThatDontFitAreExplained();
    void theCacheChangesNoWeight();
    void aSecondRunPreparesNothing();

  private:
    Outcome train(const QString& name, const QStringList& more) const {
        return run(QStringList{"train", "--data", m_data, "--template", "mlp256", "--size", "16x16", "--epochs", "2",
                               "--batch", "16", "--patience", "0", "--run", path(name)} +
                   more);
    }
};

void TstCliTransforms::initTestCase() {
    qputenv("LEMNOS_CACHE", path("cache").toUtf8());
    makeData("shapes", {.imagesPerClass = 12, .sizePixels = 24});
}

void TstCliTransforms::theHelpListsEveryTransformWhereItBelongs() {
    const QByteArray help = run({"train", "--help"}).out.simplified();
    const qsizetype preprocess = help.indexOf("--preprocess"), augment = help.indexOf("--augment");
    QVERIFY(preprocess > 0 && augment > preprocess);
    for (const TransformType* type : transformTypes()) {
        const bool first = type->use() == TransformUse::preprocess;
        const QByteArray part = first ? help.mid(preprocess, augment - preprocess) : help.mid(augment, 1500);
        QVERIFY2(part.contains(type->name.data()), type->name.data());
    }
}

void TstCliTransforms::wrongListsAreWrongUsage_data() {
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("words");
    const auto row = [](const QStringList& options, const char* words) {
        QTest::newRow(qPrintable(options.join(' '))) << options << words;
    };
    row({"--preprocess", "rotate"}, "list it under augment");
    row({"--augment", "clahe"}, "list it under preprocess");
    row({"--preprocess", "resize=squeeze"}, "mode");
    row({"--preprocess", "resize", "--preprocess", "resize=fit"}, "resized once");
    row({"--augment", "noise=-1"}, "deviation");
    row({"--augment", "rotate=10,10"}, "more values");
    row({"--features", "sift"}, "pixels, hog, pca");
    row({"--cache", "-1"}, "cache");
}

void TstCliTransforms::wrongListsAreWrongUsage() {
    QFETCH(QStringList, options);
    QFETCH(QString, words);
    const Outcome outcome = train("never", options);
    QVERIFY(outcome.exitCode != 0);
    QVERIFY2((outcome.err + outcome.out).contains(words.toUtf8()), outcome.err + outcome.out);
    QVERIFY(!QFile::exists(path("never")));
}

void TstCliTransforms::aRunKeepsItsListsAndTheExportSaysThem() {
    const Outcome trained = train("lists", {"--preprocess", "resize=fit,9", "--preprocess", "equalise", "--augment",
                                            "rotate=20", "--augment", "cutout", "--normalise", "imagenet"});
    QVERIFY2(trained.exitCode == 0, trained.err);
    const auto spec = readRunSpec(path("lists/spec.json").toStdString());
    QVERIFY(spec.ok());
    QCOMPARE(spec->preprocess->steps.size(), std::size_t{2});
    QCOMPARE(intParam(spec->preprocess->steps[0].params, "padding"), std::int64_t{9});
    QCOMPARE(spec->preprocess->augment[0].type, std::string("rotate"));
    QCOMPARE(spec->preprocess->mean[0], 123.675f);
    // What a run says of its test pictures is what evaluate says.
    const Outcome evaluated = run({"evaluate", path("lists"), "--json"});
    QVERIFY2(evaluated.exitCode == 0, evaluated.err);
    double test = -1;
    for (const json& event : [&] {
             Outcome events;
             events.out = QByteArray::fromStdString(*readFile(path("lists/events.jsonl").toStdString()));
             return events.lines();
         }())
        if (event["event"] == "finished") test = event["test"]["accuracy"];
    QCOMPARE(evaluated.lines().at(0)["accuracy"].get<double>(), test);

    const Outcome exported = run({"export", path("lists"), "--out", path("onnx")});
    QVERIFY2(exported.exitCode == 0, exported.err);
    const json report = json::parse(*readFile(path("onnx/export.json").toStdString()));
    QVERIFY(report["input"]["resize"].get<std::string>().starts_with("fit, in the middle, padded with 9"));
    QCOMPARE(report["input"]["steps"].size(), std::size_t{2});
    QCOMPARE(report["input"]["steps"][1]["type"].get<std::string>(), std::string("equalise"));
}

void TstCliTransforms::theEquivalentCommandMakesTheSameRun() {
    const Outcome trained =
        train("one", {"--preprocess", "grey", "--preprocess", "clahe=3,4", "--augment", "colour_jitter=0.1,0.3",
                      "--augment", "rand_augment", "--mixup", "0.2", "--cache", "50"});
    QVERIFY2(trained.exitCode == 0, trained.err);
    auto spec = readRunSpec(path("one/spec.json").toStdString());
    QVERIFY(spec.ok());
    spec->run = path("two").toStdString();
    QString command = QString::fromStdString(equivalentCommand(*spec));
    QVERIFY2(command.startsWith("lemnos-cli train "), qPrintable(command));
    const Outcome again = runProgram("/bin/sh", {"-c", command.replace(0, 10, LEMNOS_CLI)});
    QVERIFY2(again.exitCode == 0, again.err);
    json first = json::parse(*readFile(path("one/spec.json").toStdString()));
    json second = json::parse(*readFile(path("two/spec.json").toStdString()));
    first.erase("run");
    second.erase("run");
    QVERIFY2(first == second, qPrintable(command));
    QVERIFY(*readFile(path("one/weights.safetensors").toStdString()) ==
            *readFile(path("two/weights.safetensors").toStdString()));
}

void TstCliTransforms::aRunOnFeaturesIsUsedButNotExported_data() {
    QTest::addColumn<QString>("features");
    QTest::addColumn<QStringList>("options");
    QTest::newRow("hog") << "hog" << QStringList{"--features", "hog", "--hog-cell", "4"};
    QTest::newRow("pca") << "pca" << QStringList{"--features", "pca", "--pca-components", "12"};
}

void TstCliTransforms::aRunOnFeaturesIsUsedButNotExported() {
    QFETCH(QString, features);
    QFETCH(QStringList, options);
    const Outcome trained = train(features, options + QStringList{"--augment", "shift=0.05"});
    QVERIFY2(trained.exitCode == 0, trained.err);
    QCOMPARE(QFile::exists(path(features + "/features.safetensors")), features == "pca");
    const Outcome evaluated = run({"evaluate", path(features), "--split", "train", "--json"});
    QVERIFY2(evaluated.exitCode == 0, evaluated.err);
    // Ten classes: guessing is right in a tenth of the cases.
    QVERIFY2(evaluated.lines().at(0)["accuracy"].get<double>() > 0.3, evaluated.out);
    const Outcome predicted = run({"predict", path(features), "--json", m_data + "/star/0001.png"});
    QVERIFY2(predicted.exitCode == 0, predicted.err);
    const Outcome exported = run({"export", path(features), "--out", path("onnx-" + features)});
    QVERIFY(exported.exitCode != 0);
    QVERIFY2(exported.err.contains("Train on pixels to export it"), exported.err);
    QVERIFY(!QFile::exists(path("onnx-" + features + "/model.onnx")));
    const Outcome resumed = run({"resume", path(features), "--epochs", "3"});
    QVERIFY2(resumed.exitCode == 0, resumed.err);
}

void TstCliTransforms::featuresThatDontFitAreExplained() {
    const Outcome cells = train("never", {"--features", "hog", "--hog-cell", "5"});
    QVERIFY(cells.exitCode != 0);
    QVERIFY2(cells.err.contains("multiple of 5"), cells.err);
    const Outcome mixed = train("never", {"--features", "pca", "--cutmix", "1"});
    QVERIFY(mixed.exitCode != 0);
    QVERIFY2(mixed.err.contains("CutMix"), mixed.err);
    QVERIFY(!QFile::exists(path("never")));
}

void TstCliTransforms::theCacheChangesNoWeight() {
    QVERIFY(train("cached", {"--augment", "rotate"}).exitCode == 0);
    QVERIFY(train("uncached", {"--augment", "rotate", "--cache", "off"}).exitCode == 0);
    QVERIFY(*readFile(path("cached/weights.safetensors").toStdString()) ==
            *readFile(path("uncached/weights.safetensors").toStdString()));
    // No room at all is a warning, and every picture is decoded when it is needed.
    qputenv("LEMNOS_CACHE", path("shapes/star/0001.png").toUtf8());
    const Outcome noRoom = train("nowhere", {"--augment", "rotate", "--events"});
    qputenv("LEMNOS_CACHE", path("cache").toUtf8());
    QVERIFY2(noRoom.exitCode == 0, noRoom.err);
    QVERIFY2(noRoom.out.contains("can't be written"), noRoom.out);
    QVERIFY(*readFile(path("cached/weights.safetensors").toStdString()) ==
            *readFile(path("nowhere/weights.safetensors").toStdString()));
}

void TstCliTransforms::aSecondRunPreparesNothing() {
    const QStringList options{"--preprocess", "denoise", "--events"};
    const Outcome first = train("first", options), second = train("second", options);
    QVERIFY(first.exitCode == 0 && second.exitCode == 0);
    QVERIFY(first.out.contains("Preparing the pictures"));
    QVERIFY(!second.out.contains("Preparing the pictures"));
    // Where the time of the steps went is told.
    bool told = false;
    for (const json& event : second.lines()) {
        if (event["event"] != "progress") continue;
        const json& times = event.at("times");
        told = times.at("decode") >= 0 && times.at("compute") > 0;
    }
    QVERIFY(told);
}

QTEST_GUILESS_MAIN(TstCliTransforms)
#include "tst_cli_transforms.moc"
