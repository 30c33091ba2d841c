// Summaries from events, and their JSON.
#include "model/train/run_summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "model/files.h"
#include "model/json_fields.h"
#include "model/train/run_store.h"

namespace lemnos {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

void put(std::vector<double>& curve, std::int64_t epoch, double value) {
    if (epoch < 1 || epoch > 10'000'000) return;  // a damaged file must not take all memory
    const auto at = static_cast<std::size_t>(epoch - 1);
    if (curve.size() <= at) curve.resize(at + 1, std::numeric_limits<double>::quiet_NaN());
    curve[at] = value;
}

void summarise(RunSummary& summary, const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        if (!started->resumed || summary.startedAt == 0) summary.startedAt = event.time;
        summary.state = "unfinished";
        summary.device = started->device;
        summary.parameters = started->parameters;
    } else if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) {
        summary.epochs = epoch->epoch;
        if (epoch->best) summary.best = epoch->validation;
        put(summary.curves.trainLoss, epoch->epoch, epoch->train.loss);
        put(summary.curves.trainAccuracy, epoch->epoch, epoch->train.accuracy);
        if (epoch->validation.count == 0) return;
        put(summary.curves.validationLoss, epoch->epoch, epoch->validation.loss);
        put(summary.curves.validationAccuracy, epoch->epoch, epoch->validation.accuracy);
        if (epoch->validation.macroF1) put(summary.curves.validationMacroF1, epoch->epoch, *epoch->validation.macroF1);
    } else if (const auto* finished = std::get_if<FinishedEvent>(&event.what)) {
        summary.state = finished->reason;
        summary.test = finished->test;
        summary.seconds = finished->seconds;
    } else if (std::holds_alternative<FailedEvent>(event.what)) {
        summary.state = "failed";
    }
}

std::vector<double> curveFromJson(JsonFields& fields, std::string_view key) {
    std::vector<double> curve;
    const json& list = fields.value(key);
    if (!list.is_array()) {
        fields.fail(key, "must be a list");
        return curve;
    }
    for (const json& value : list)
        curve.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
    return curve;
}

void flatten(const json& value, const std::string& name, std::map<std::string, std::string>& out) {
    if (value.is_object() && !value.empty()) {
        for (const auto& [key, inner] : value.items()) flatten(inner, name.empty() ? key : name + "." + key, out);
    } else {
        out[name] =
            value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
    }
}

/// All settings but the network, which has a line of its own, and where the run is kept.
std::map<std::string, std::string> settingsOf(const RunSpec& spec) {
    json object = toJson(spec);
    object.erase("model");
    object.erase("run");
    std::map<std::string, std::string> settings;
    flatten(object, "", settings);
    settings["network"] = toJson(spec.model).dump(-1, ' ', false, json::error_handler_t::replace);
    return settings;
}

}  // namespace

std::optional<RunSummary> summaryOf(const fs::path& run) {
    const Result<RunStore> store = RunStore::open(run);
    if (!store) return {};
    const Result<RunSpec> spec = store->readSpec();
    if (!spec) return {};
    RunSummary summary;
    summary.folder = run;
    summary.name = runNameOf(run);
    summary.data = displayPath(spec->data.path);
    summary.network = spec->model.name;
    summary.state = "unfinished";
    if (const auto events = store->readEvents(RunStore::WithProgress::no)) {
        for (const Event& event : *events) summarise(summary, event);
    }
    if (auto notes = readNotes(run)) summary.notes = *std::move(notes);
    return summary;
}

std::string summaryStamp(const fs::path& run) {
    std::string stamp;
    for (const char* name : {"spec.json", "events.jsonl", "notes.json"}) {
        std::error_code code;
        const auto size = fs::file_size(run / name, code);
        const auto time = code ? fs::file_time_type() : fs::last_write_time(run / name, code);
        stamp += code ? "-," : std::to_string(size) + "/" + std::to_string(time.time_since_epoch().count()) + ",";
    }
    return stamp;
}

void sortNewestFirst(std::vector<RunSummary>& runs) {
    std::ranges::sort(runs, [](const RunSummary& a, const RunSummary& b) {
        return std::pair(-a.startedAt, a.folder) < std::pair(-b.startedAt, b.folder);
    });
}

std::vector<RunSummary> listRuns(const fs::path& folder) {
    std::vector<RunSummary> runs;
    for (const fs::path& run : runFoldersIn(folder)) {
        if (std::optional<RunSummary> summary = summaryOf(run)) runs.push_back(std::move(*summary));
    }
    sortNewestFirst(runs);
    return runs;
}

json toJson(const RunSummary& s) {
    return {{"name", s.name},
            {"folder", bytesToJson(s.folder.native())},
            {"data", s.data},
            {"network", s.network},
            {"device", s.device},
            {"state", s.state},
            {"started_at", s.startedAt},
            {"seconds", s.seconds},
            {"parameters", s.parameters},
            {"epochs", s.epochs},
            {"best", s.best ? toJson(*s.best) : json()},
            {"test", s.test ? toJson(*s.test) : json()},
            {"notes", s.notes.text},
            {"tags", s.notes.tags},
            {"train_loss", s.curves.trainLoss},
            {"validation_loss", s.curves.validationLoss},
            {"train_accuracy", s.curves.trainAccuracy},
            {"validation_accuracy", s.curves.validationAccuracy},
            {"validation_macro_f1", s.curves.validationMacroF1}};
}

Result<RunSummary> summaryFromJson(const json& object) {
    JsonFields fields(object, "The summary of a run");
    RunSummary s;
    s.name = fields.text("name");
    const auto folder = bytesFromJson(fields.value("folder"));
    if (!folder) fields.fail("folder", "must be a path");
    s.folder = folder.value_or("");
    s.data = fields.text("data");
    s.network = fields.text("network");
    s.device = fields.text("device");
    s.state = fields.text("state");
    s.startedAt = fields.real("started_at");
    s.seconds = fields.real("seconds");
    s.parameters = fields.count("parameters");
    s.epochs = fields.count("epochs");
    if (!fields.value("best").is_null()) s.best = metricsFrom(fields, "best");
    if (!fields.value("test").is_null()) s.test = metricsFrom(fields, "test");
    s.notes.text = fields.text("notes");
    for (const json& tag : fields.value("tags")) {
        if (tag.is_string()) s.notes.tags.push_back(tag.get<std::string>());
    }
    s.curves = {curveFromJson(fields, "train_loss"), curveFromJson(fields, "validation_loss"),
                curveFromJson(fields, "train_accuracy"), curveFromJson(fields, "validation_accuracy"),
                curveFromJson(fields, "validation_macro_f1")};
    TRY_OK(fields.status());
    return s;
}

std::vector<SpecDifference> differences(const RunSpec& first, const RunSpec& second) {
    constexpr std::string_view ofTraining = "settings.";  // the most, and named as on the command line
    const auto a = settingsOf(first), b = settingsOf(second);
    std::vector<SpecDifference> list;
    const auto valueOf = [](const auto& settings, const std::string& key) {
        const auto found = settings.find(key);
        return found == settings.end() ? std::string() : found->second;
    };
    auto all = a;  // the names of both
    all.insert(b.begin(), b.end());
    for (const auto& [key, unused] : all) {
        if (valueOf(a, key) == valueOf(b, key)) continue;
        if (key != "network")
            list.push_back(
                {key.starts_with(ofTraining) ? key.substr(ofTraining.size()) : key, valueOf(a, key), valueOf(b, key)});
        else if (first.model.name != second.model.name)
            list.push_back({key, first.model.name, second.model.name});
        else
            list.push_back({key, first.model.name + ", " + std::to_string(first.model.layers.size()) + " layers",
                            second.model.name + ", " + std::to_string(second.model.layers.size()) +
                                " layers, with other settings"});
    }
    return list;
}

}  // namespace lemnos
