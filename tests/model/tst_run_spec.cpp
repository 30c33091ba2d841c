// RunSpec: its JSON form, its checks and the command line that does the same.
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "model/files.h"
#include "model/optimizers/optimizer.h"
#include "model/schedules/schedule.h"
#include "model/train/run_spec.h"

using namespace lemnos;
using nlohmann::json;

class TstRunSpec : public QObject {
    Q_OBJECT

  private slots:
    void aFreshSpecHasTheDocumentedDefaults();
    void everyFieldSurvivesARoundTrip();
    void namesThatAreNotUtf8Survive();
    void aSpecWrittenByHandMayLeaveOutDefaults();
    void theOptimizersSettingsAreFilledIn();
    void brokenSpecsAreRefusedWithTheSettingsName_data();
    void brokenSpecsAreRefusedWithTheSettingsName();
    void aNewerVersionIsRefused();
    void anUnreadableFileIsNamed();
    void theEquivalentCommandListsWhatWasChanged();
    void theEquivalentCommandQuotesForTheShell();
    void everySettingExplainsItself();
};

namespace {

RunSpec spec() {
    Result<RunSpec> made = makeRunSpec("/data/flowers", "mlp256");
    return made ? *std::move(made) : RunSpec{};
}

/// With the network written out, so that parts of it can be broken.
json specJson() {
    RunSpec written = spec();
    written.templateName.clear();
    return toJson(written);
}

}  // namespace

void TstRunSpec::aFreshSpecHasTheDocumentedDefaults() {
    const Result<RunSpec> made = makeRunSpec("/data/flowers", "mlp512");
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    QCOMPARE(made->model.name, std::string("mlp512"));
    QCOMPARE(intParam(made->settings, "epochs"), 50);
    QCOMPARE(intParam(made->settings, "batch"), 32);
    QCOMPARE(textParam(made->settings, "optimizer"), std::string("adam"));
    QCOMPARE(textParam(made->settings, "schedule"), std::string("constant"));
    QVERIFY(made->schedule.contains("warmup_epochs"));
    QCOMPARE(realParam(made->settings, "learning_rate"), 0.0);
    QCOMPARE(intParam(made->settings, "seed"), 42);
    QCOMPARE(intParam(made->settings, "patience"), 10);
    QCOMPARE(realParam(made->settings, "validation_share"), 0.1);
    QCOMPARE(realParam(made->settings, "test_share"), 0.1);
    QCOMPARE(made->device, std::string("auto"));
    QVERIFY(!makeRunSpec("/data/flowers", "resnet9000").ok());
}

void TstRunSpec::everyFieldSurvivesARoundTrip() {
    RunSpec before = spec();
    before.data.path = "/data/\u82b1 \U0001f33b";
    before.data.width = 28;
    before.data.height = 30;
    before.data.channels = 1;
    before.settings["epochs"] = std::int64_t{3};
    before.settings["learning_rate"] = 0.1 + 0.2;
    before.settings["schedule"] = std::string("one_cycle");
    before.schedule = *resolveParams(findScheduleType("one_cycle")->params, ParamMap(), "schedule");
    before.schedule["peak_at"] = 0.1 + 0.2;
    before.device = "vulkan:1";
    before.run = "/runs/\u4e00";
    before.preprocess = Preprocess{28, 30, 1, {120.5f}, {60.25f}, {}};
    before.classes = {"ros\u00e9", "\u83ca", "tulip"};

    const std::string text = toJson(before).dump();
    const Result<RunSpec> after = runSpecFromJson(json::parse(text));
    QVERIFY2(after.ok(), after.ok() ? "" : after.error().message.c_str());
    QCOMPARE(after->data.path.string(), before.data.path.string());
    QCOMPARE(after->data.width, 28);
    QCOMPARE(after->data.height, 30);
    QCOMPARE(after->data.channels, 1);
    QVERIFY(after->settings == before.settings);
    QVERIFY(after->optimizer == before.optimizer);
    QVERIFY(after->schedule == before.schedule);
    QCOMPARE(after->device, before.device);
    QCOMPARE(after->run.string(), before.run.string());
    QVERIFY(after->preprocess.has_value());
    QCOMPARE(after->preprocess->mean, before.preprocess->mean);
    QCOMPARE(after->classes, before.classes);
    QCOMPARE(toJson(*after).dump(), toJson(before).dump());
}

void TstRunSpec::namesThatAreNotUtf8Survive() {
    RunSpec before = spec();
    before.data.path = "/data/caf\xe9";
    before.run = "/runs/\xff\xfe";
    before.classes = {"caf\xe9", "th\u00e9"};
    const Result<RunSpec> after = runSpecFromJson(json::parse(toJson(before).dump()));
    QVERIFY2(after.ok(), after.ok() ? "" : after.error().message.c_str());
    QCOMPARE(after->data.path.string(), before.data.path.string());
    QCOMPARE(after->run.string(), before.run.string());
    QCOMPARE(after->classes, before.classes);
}

void TstRunSpec::aSpecWrittenByHandMayLeaveOutDefaults() {
    const json shortest = {
        {"format", "lemnos-run"}, {"version", 1}, {"data", {{"path", "pictures"}}}, {"model", specJson()["model"]}};
    const Result<RunSpec> made = runSpecFromJson(shortest);
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    QCOMPARE(intParam(made->settings, "epochs"), 50);
    QCOMPARE(made->device, std::string("auto"));
    QCOMPARE(made->data.width, 0);
    QVERIFY(made->run.empty());
    QVERIFY(!made->preprocess);
}

void TstRunSpec::theOptimizersSettingsAreFilledIn() {
    for (const OptimizerType* type : optimizerTypes()) {
        json object = specJson();
        object["settings"]["optimizer"] = type->name;
        object["optimizer"] = json::object();
        const Result<RunSpec> made = runSpecFromJson(object);
        QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
        QCOMPARE(made->optimizer.size(), type->params.size());
    }
}

void TstRunSpec::brokenSpecsAreRefusedWithTheSettingsName_data() {
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<QByteArray>("value");  // empty: the field is removed
    QTest::addColumn<QString>("named");
    const auto row = [](const char* pointer, const char* value, const char* named) {
        QTest::addRow("%s = %s", pointer, value) << QByteArray(pointer) << QByteArray(value) << named;
    };
    row("/format", "\"lemnos-graph\"", "format");
    row("/format", "", "format");
    row("/version", "\"1\"", "version");
    row("/version", "0", "version");
    row("/data", "", "data");
    row("/data/path", "", "path");
    row("/data/path", "\"\"", "path");
    row("/data/path", "\"a\\u0000b\"", "path");
    row("/data/path", "{\"escaped\":\"\\\\x0g\"}", "path");
    row("/data/path", "{\"escaped\":\"a\\\\\"}", "path");
    row("/data/path", "7", "path");
    row("/data/width", "-1", "width");
    row("/data/width", "1e9", "width");
    row("/data/height", "1000000", "height");
    row("/data/channels", "2", "channels");
    row("/data/channels", "4", "channels");
    row("/data/colour", "true", "colour");
    row("/data/augment", "5", "augment");
    row("/data/augment", "[{\"type\":\"teleport\"}]", "teleport");
    row("/model", "", "model");
    row("/model/format", "\"x\"", "format");
    row("/settings/epochs", "0", "epochs");
    row("/settings/epochs", "\"many\"", "epochs");
    row("/settings/batch", "-1", "batch");
    row("/settings/optimizer", "\"magic\"", "optimizer");
    row("/settings/learning_rate", "-1", "learning_rate");
    row("/settings/normalise", "\"maybe\"", "normalise");
    row("/settings/epoch", "5", "epoch");
    row("/settings/validation_share", "0.9", "");
    row("/settings", "[]", "settings");
    row("/optimizer/wings", "2", "wings");
    row("/device", "3", "device");
    row("/run", "[]", "run");
    row("/preprocess", "[]", "");
    row("/classes", "\"rose\"", "classes");
    row("/classes", "[1]", "classes");
    row("/extra", "1", "extra");
}

void TstRunSpec::brokenSpecsAreRefusedWithTheSettingsName() {
    QFETCH(QByteArray, pointer);
    QFETCH(QByteArray, value);
    QFETCH(QString, named);
    json object = specJson();
    if (pointer == "/settings/validation_share") object["settings"]["test_share"] = 0.5;
    QVERIFY(pointer == "/settings/validation_share" || runSpecFromJson(object).ok());
    const json::json_pointer place(pointer.toStdString());
    if (value.isEmpty()) {
        object[place.parent_pointer()].erase(place.back());
    } else {
        object[place] = json::parse(value.toStdString());
    }
    const Result<RunSpec> made = runSpecFromJson(object);
    QVERIFY(!made.ok());
    QVERIFY2(made.error().message.find(named.toStdString()) != std::string::npos, made.error().message.c_str());
}

void TstRunSpec::aNewerVersionIsRefused() {
    json object = specJson();
    object["version"] = 2;
    object["quantum"] = true;
    const Result<RunSpec> made = runSpecFromJson(object);
    QVERIFY(!made.ok());
    QVERIFY(made.error().message.find("newer version") != std::string::npos);
}

void TstRunSpec::anUnreadableFileIsNamed() {
    const QTemporaryDir dir;
    const std::filesystem::path file = std::filesystem::path(dir.path().toStdString()) / "spec.json";
    QVERIFY(!readRunSpec(file).ok());
    QVERIFY(writeAtomically(file, "{ \"format\": ").ok());
    const Result<RunSpec> made = readRunSpec(file);
    QVERIFY(!made.ok());
    QVERIFY(made.error().message.find("spec.json") != std::string::npos);
    QVERIFY(writeAtomically(file, specJson().dump()).ok());
    QVERIFY(readRunSpec(file).ok());
}

void TstRunSpec::theEquivalentCommandListsWhatWasChanged() {
    RunSpec changed = spec();
    QCOMPARE(QString::fromStdString(equivalentCommand(changed)),
             QString("lemnos-cli train --data /data/flowers --template mlp256"));
    changed.data.width = 28;
    changed.data.height = 30;
    changed.data.channels = 1;
    changed.settings["epochs"] = std::int64_t{3};
    changed.settings["learning_rate"] = 0.5;
    changed.settings["validation_share"] = 0.25;
    changed.device = "vulkan:1";
    QCOMPARE(
        QString::fromStdString(equivalentCommand(changed)),
        QString("lemnos-cli train --data /data/flowers --template mlp256 --size 28x30 --channels 1 --epochs 3 --lr 0.5 "
                "--validation-share 0.25 --device vulkan:1"));
    changed.settings["schedule"] = std::string("step");
    changed.schedule = {{"step_epochs", std::int64_t{5}}, {"gamma", 0.1}};
    const std::string command = equivalentCommand(changed);
    QVERIFY2(command.find("--schedule step") != std::string::npos, command.c_str());
    QVERIFY2(command.find("--step-epochs 5") != std::string::npos, command.c_str());
    QVERIFY2(command.find("--gamma") == std::string::npos, command.c_str());
    changed.templateName.clear();
    changed.model.layers.pop_back();
    changed.model.name = "mine";
    QVERIFY(equivalentCommand(changed).find("--model mine.json") != std::string::npos);
}

void TstRunSpec::theEquivalentCommandQuotesForTheShell() {
    RunSpec made = spec();
    made.data.path = "/data/it's $HOME";
    made.run = "/runs/a b";
    const std::string command = equivalentCommand(made);
    QVERIFY2(command.find(R"(--data '/data/it'\''s $HOME')") != std::string::npos, command.c_str());
    QVERIFY2(command.find("--run '/runs/a b'") != std::string::npos, command.c_str());
}

void TstRunSpec::everySettingExplainsItself() {
    for (const Param& param : runSettings()) {
        QVERIFY2(!param.label.empty() && param.help.size() > 20 && param.help.back() == '.', param.key.c_str());
    }
}

QTEST_GUILESS_MAIN(TstRunSpec)
#include "tst_run_spec.moc"
