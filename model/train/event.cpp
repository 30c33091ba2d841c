// Events to JSON lines and back.
#include "model/train/event.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/json_fields.h"
#include "model/phrase_json.h"

namespace lemnos {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> levelNames = {"info", "warning", "error"};

// One pair of functions per kind of event; write() also names the kind.

json write(const StartedEvent& e) {
    return {{"event", "started"},
            {"run", e.run},
            {"device", e.device},
            {"network", e.network},
            {"parameters", e.parameters},
            {"train_count", e.trainCount},
            {"validation_count", e.validationCount},
            {"test_count", e.testCount},
            {"epochs", e.epochs},
            {"steps_per_epoch", e.stepsPerEpoch},
            {"memory_bytes", e.memoryBytes},
            {"resumed", e.resumed},
            {"best_by", toString(e.bestBy)}};
}

StartedEvent readStarted(JsonFields& f) {
    StartedEvent e;
    e.run = f.text("run");
    e.device = f.text("device");
    e.network = f.text("network");
    e.parameters = f.count("parameters");
    e.trainCount = f.count("train_count");
    e.validationCount = f.count("validation_count");
    e.testCount = f.count("test_count");
    e.epochs = f.count("epochs");
    e.stepsPerEpoch = f.count("steps_per_epoch");
    e.memoryBytes = f.count("memory_bytes");
    e.resumed = f.flag("resumed");
    if (f.has("best_by")) {
        const auto by = bestByFrom(f.text("best_by"));
        if (!by) f.fail("best_by", "names no figure of the validation");
        e.bestBy = by.value_or(BestBy::accuracy);
    }
    return e;
}

void readPhrase(JsonFields& f) {
    if (f.has("phrase")) learnPhrase(f.value("phrase"));
}

json write(const PhaseEvent& e) {
    json object{{"event", "phase"}, {"text", e.text}, {"done", e.done}, {"total", e.total}};
    addPhrase(object, e.text);
    return object;
}

PhaseEvent readPhase(JsonFields& f) {
    PhaseEvent e;
    e.text = f.text("text");
    e.done = f.count("done");
    e.total = f.count("total");
    readPhrase(f);
    return e;
}

json write(const DeviceWork& work) {
    return {{"name", work.name},
            {"place", work.place},
            {"samples", work.samples},
            {"working_seconds", work.workingSeconds},
            {"waiting_seconds", work.waitingSeconds}};
}

/// The field "devices"; runs of older versions have none.
std::vector<DeviceWork> readDevices(JsonFields& f) {
    std::vector<DeviceWork> devices;
    if (!f.has("devices") || !f.status()) return devices;
    const json& list = f.value("devices");
    if (!list.is_array()) f.fail("devices", "must be a list");
    if (!f.status()) return devices;
    for (const json& item : list) {
        JsonFields fields(item, "A device");
        devices.push_back({fields.text("name"), fields.text("place"), fields.count("samples"),
                           fields.real("working_seconds"), fields.real("waiting_seconds")});
        if (!fields.status()) f.fail("devices", "are not what they should be: " + fields.status().error().message);
    }
    return devices;
}

json write(const ProgressEvent& e) {
    json devices = json::array();
    for (const DeviceWork& work : e.devices) devices.push_back(write(work));
    return {{"event", "progress"},
            {"epoch", e.epoch},
            {"step", e.step},
            {"steps", e.steps},
            {"train", toJson(e.train)},
            {"images_per_second", e.imagesPerSecond},
            {"eta_seconds", e.etaSeconds},
            {"learning_rate", e.learningRate},
            {"times", toJson(e.times)},
            {"devices", std::move(devices)}};
}

ProgressEvent readProgress(JsonFields& f) {
    ProgressEvent e;
    e.epoch = f.count("epoch");
    e.step = f.count("step");
    e.steps = f.count("steps");
    e.train = metricsFrom(f, "train");
    e.imagesPerSecond = f.real("images_per_second");
    e.etaSeconds = f.real("eta_seconds");
    if (f.has("learning_rate")) e.learningRate = f.real("learning_rate");
    e.times = stepTimesFrom(f);
    e.devices = readDevices(f);
    return e;
}

json write(const EpochEvent& e) {
    return {{"event", "epoch"},
            {"epoch", e.epoch},
            {"epochs", e.epochs},
            {"train", toJson(e.train)},
            {"validation", toJson(e.validation)},
            {"seconds", e.seconds},
            {"images_per_second", e.imagesPerSecond},
            {"best", e.best},
            {"learning_rate", e.learningRate},
            {"times", toJson(e.times)}};
}

EpochEvent readEpoch(JsonFields& f) {
    EpochEvent e;
    e.epoch = f.count("epoch");
    e.epochs = f.count("epochs");
    e.train = metricsFrom(f, "train");
    e.validation = metricsFrom(f, "validation");
    e.seconds = f.real("seconds");
    e.imagesPerSecond = f.real("images_per_second");
    e.best = f.flag("best");
    if (f.has("learning_rate")) e.learningRate = f.real("learning_rate");
    e.times = stepTimesFrom(f);
    return e;
}

json write(const PredictionsEvent& e) {
    json list = json::array();
    for (const Prediction& p : e.predictions)
        list.push_back({{"picture", bytesToJson(p.picture)},
                        {"label", p.label},
                        {"predicted", p.predicted},
                        {"probability", p.probability}});
    return {{"event", "predictions"}, {"epoch", e.epoch}, {"predictions", list}};
}

PredictionsEvent readPredictions(JsonFields& f) {
    PredictionsEvent e{f.count("epoch"), {}};
    const json& list = f.value("predictions");
    if (!list.is_array()) f.fail("predictions", "must be a list");
    if (!f.status()) return e;
    for (const json& item : list) {
        JsonFields fields(item, "A prediction");
        const auto picture = bytesFromJson(fields.value("picture"));
        if (!picture) fields.fail("picture", "is not a path");
        e.predictions.push_back(
            {picture.value_or(""), fields.text("label"), fields.text("predicted"), fields.real("probability")});
        if (!fields.status()) f.fail("predictions", "are not what they should be: " + fields.status().error().message);
    }
    return e;
}

json write(const LogEvent& e) {
    json object{{"event", "log"}, {"level", levelNames[static_cast<std::size_t>(e.level)]}, {"text", e.text}};
    addPhrase(object, e.text);
    return object;
}

LogEvent readLog(JsonFields& f) {
    LogEvent e;
    const std::string level = f.text("level");
    std::size_t index = 0;
    while (index < levelNames.size() && levelNames[index] != level) ++index;
    if (index < levelNames.size()) {
        e.level = static_cast<LogEvent::Level>(index);
    } else {
        f.fail("level", "must be info, warning or error");
    }
    e.text = f.text("text");
    readPhrase(f);
    return e;
}

json write(const FinishedEvent& e) {
    json object = {{"event", "finished"},
                   {"reason", e.reason},
                   {"epochs", e.epochs},
                   {"best_epoch", e.bestEpoch},
                   {"best_validation", toJson(e.bestValidation)},
                   {"seconds", e.seconds}};
    if (e.test) object["test"] = toJson(*e.test);
    return object;
}

FinishedEvent readFinished(JsonFields& f) {
    FinishedEvent e;
    e.reason = f.text("reason");
    e.epochs = f.count("epochs");
    e.bestEpoch = f.count("best_epoch");
    e.bestValidation = metricsFrom(f, "best_validation");
    if (f.has("test")) e.test = metricsFrom(f, "test");
    e.seconds = f.real("seconds");
    return e;
}

json write(const FailedEvent& e) {
    json object{{"event", "failed"}, {"message", e.message}};
    addPhrase(object, e.message);
    return object;
}

FailedEvent readFailed(JsonFields& f) {
    FailedEvent e{f.text("message")};
    readPhrase(f);
    return e;
}

json write(const ControlEvent& e) {
    return {{"event", "control"},
            {"command", toString(e.command.kind)},
            {"value", e.command.value},
            {"epoch", e.epoch},
            {"step", e.step}};
}

ControlEvent readControl(JsonFields& f) {
    ControlEvent e;
    if (const auto kind = commandFromString(f.text("command")))
        e.command.kind = *kind;
    else
        f.fail("command", "is not a known one");
    e.command.value = f.real("value");
    e.epoch = f.count("epoch");
    e.step = f.count("step");
    return e;
}

}  // namespace

json toJson(const Metrics& metrics) {
    json object = {{"loss", metrics.loss}, {"accuracy", metrics.accuracy}, {"count", metrics.count}};
    if (metrics.macroF1) object["macro_f1"] = *metrics.macroF1;
    return object;
}

Metrics metricsFrom(JsonFields& outer, std::string_view key) {
    if (!outer.status()) return {};
    JsonFields fields(outer.value(key), "\"" + std::string(key) + "\"");
    Metrics metrics{fields.real("loss"), fields.real("accuracy"), fields.count("count")};
    if (fields.has("macro_f1")) metrics.macroF1 = fields.real("macro_f1");
    if (!fields.status()) outer.fail(key, "is not what it should be: " + fields.status().error().message);
    return metrics;
}

json toJson(const Event& event) {
    json object = std::visit([](const auto& what) { return write(what); }, event.what);
    object["time"] = event.time;
    return object;
}

Result<Event> eventFromJson(const json& object) {
    JsonFields fields(object, "The event");
    const std::string kind = fields.text("event");
    Event event{.time = fields.real("time"), .what = {}};
    if (kind == "started") {
        event.what = readStarted(fields);
    } else if (kind == "phase") {
        event.what = readPhase(fields);
    } else if (kind == "progress") {
        event.what = readProgress(fields);
    } else if (kind == "epoch") {
        event.what = readEpoch(fields);
    } else if (kind == "predictions") {
        event.what = readPredictions(fields);
    } else if (kind == "log") {
        event.what = readLog(fields);
    } else if (kind == "finished") {
        event.what = readFinished(fields);
    } else if (kind == "failed") {
        event.what = readFailed(fields);
    } else if (kind == "control") {
        event.what = readControl(fields);
    } else {
        fields.fail("event", "is of a kind this version does not know");
    }
    if (!fields.status()) return fields.status().error();
    return event;
}

std::string toLine(const Event& event) {
    // Texts of drivers and file names may hold bytes that are not UTF-8; a line must be written all the same.
    return toJson(event).dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Event> eventFromLine(std::string_view line) {
    const json object = json::parse(line, nullptr, false);
    if (object.is_discarded()) return Error{"The line is not valid JSON.", {}};
    return eventFromJson(object);
}

}  // namespace lemnos
