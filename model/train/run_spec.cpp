// RunSpec to JSON and back.
#include "model/train/run_spec.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/data/split_params.h"
#include "model/files.h"
#include "model/graph/widened.h"
#include "model/json_fields.h"
#include "model/optimizers/optimizer.h"
#include "model/phrased_error.h"
#include "model/schedules/schedule.h"
#include "model/templates/template.h"
#include "model/text.h"

namespace lemnos {

namespace {

using nlohmann::json;

constexpr std::string_view formatName = "lemnos-run";
constexpr std::int64_t formatVersion = 1;
constexpr int maxSide = 4096;

std::string nameField(JsonFields& fields, std::string_view key) {
    std::optional<std::string> bytes = bytesFromJson(fields.value(key));
    if (!bytes) fields.fail(key, "must be a text, or {\"escaped\": \"...\"} for bytes that are not UTF-8");
    return bytes.value_or("");
}

json dataToJson(const DataSpec& data) {
    json object = {{"path", bytesToJson(data.path.string())},
                   {"width", data.width},
                   {"height", data.height},
                   {"channels", data.channels},
                   {"augment", toJson(data.augment)}};
    // Left out where there is nothing to say, so that older versions can read the file.
    if (!data.preprocess.empty()) object["preprocess"] = toJson(data.preprocess);
    return object;
}

Result<DataSpec> dataFromJson(const json& object) {
    JsonFields fields(object, "The run's data");
    fields.allowOnly({"path", "width", "height", "channels", "preprocess", "augment"});
    DataSpec data;
    data.path = nameField(fields, "path");
    if (fields.has("width")) data.width = static_cast<int>(fields.integer("width", 0, maxSide));
    if (fields.has("height")) data.height = static_cast<int>(fields.integer("height", 0, maxSide));
    if (fields.has("channels")) data.channels = static_cast<int>(fields.integer("channels", 0, 3));
    if (data.channels == 2) fields.fail("channels", "must be 1 (grey), 3 (colour) or 0 (decide from the pictures)");
    if (data.path.empty()) fields.fail("path", "is empty; name the folder with the pictures");
    if (!fields.status()) return fields.status().error();
    if (fields.has("preprocess")) {
        TRY(data.preprocess, transformsFromJson(fields.value("preprocess"), TransformUse::preprocess));
    }
    if (fields.has("augment")) {
        TRY(data.augment, transformsFromJson(fields.value("augment"), TransformUse::augment));
    }
    return data;
}

Result<std::vector<std::string>> namesFromJson(const json& list, const std::string& key) {
    const Error error{"The run's \"" + key + "\" must be a list of names.", key};
    if (!list.is_array()) return error;
    std::vector<std::string> names;
    for (const json& item : list) {
        std::optional<std::string> name = bytesFromJson(item);
        if (!name) return error;
        names.push_back(std::move(*name));
    }
    return names;
}

/// The name of a template, or a network.
Status modelFromJson(const json& model, RunSpec& spec) {
    if (!model.is_string()) {
        TRY(spec.model, graphFromJson(model));
        return {};
    }
    spec.templateName = model.get<std::string>();
    TRY(spec.model, graphFromTemplate(spec.templateName));
    return {};
}

/// The outer shape of the file, before any part of it is looked at.
Status checkFormat(const json& object) {
    JsonFields fields(object, "The run description");
    const std::string format = fields.text("format");
    if (fields.status() && format != formatName) fields.fail("format", "is not " + std::string(formatName));
    const std::int64_t version = fields.integer("version", 1, INT64_MAX);
    if (fields.status() && version > formatVersion) {
        return phrasedError(
            {LEMNOS_TEXT("The run description was written by a newer version of Lemnos (format %1); this one "
                         "knows format %2. Update Lemnos to open it."),
             {Phrase::name(std::to_string(version)), Phrase::name(std::to_string(formatVersion))}},
            "version");
    }
    fields.allowOnly({"format", "version", "data", "model", "settings", "optimizer", "schedule", "device", "run",
                      "preprocess", "classes", "peers", "width"});
    return fields.status();
}

}  // namespace

Shape trainingShape(const DataSpec& data, const CommonSize& common, bool grey) {
    constexpr int automaticSide = 64;  // pictures up to this size are trained as they are, others at this size
    const bool own = common.width > 0 && common.width <= automaticSide && common.height <= automaticSide;
    const int width = data.width > 0 ? data.width : own ? common.width : automaticSide;
    const int height = data.height > 0 ? data.height : own ? common.height : automaticSide;
    const bool madeGrey = std::ranges::any_of(data.preprocess, [](const auto& spec) { return spec.type == "grey"; });
    return {height, width, data.channels > 0 ? data.channels : grey || madeGrey ? 1 : 3};
}

std::vector<std::string> devicesOf(const std::string& device) {
    const std::vector<std::string_view> ids = parted(device, ',');
    return {ids.begin(), ids.end()};
}

std::string deviceOf(const std::vector<std::string>& devices) {
    std::string text;
    for (const std::string& id : devices) text += (text.empty() ? "" : ",") + id;
    return devices.empty() ? "auto" : text;
}

json toJson(const RunSpec& spec) {
    json object = {{"format", formatName},
                   {"version", formatVersion},
                   {"data", dataToJson(spec.data)},
                   {"model", spec.templateName.empty() ? toJson(spec.model) : json(spec.templateName)},
                   {"settings", toJson(spec.settings)},
                   {"optimizer", toJson(spec.optimizer)},
                   {"schedule", toJson(spec.schedule)},
                   {"device", spec.device},
                   {"run", bytesToJson(spec.run.string())}};
    if (!spec.peers.empty()) object["peers"] = spec.peers;
    if (spec.width != 1) object["width"] = spec.width;
    if (spec.preprocess) object["preprocess"] = toJson(*spec.preprocess);
    if (!spec.classes.empty()) {
        json& classes = object["classes"] = json::array();
        for (const std::string& name : spec.classes) classes.push_back(bytesToJson(name));
    }
    return object;
}

Result<RunSpec> runSpecFromJson(const json& object) {
    TRY_OK(checkFormat(object));
    JsonFields fields(object, "The run description");
    const json& data = fields.value("data");
    const json& model = fields.value("model");
    RunSpec spec;
    if (fields.has("device")) spec.device = fields.text("device");
    if (fields.has("run")) spec.run = nameField(fields, "run");
    TRY_OK(fields.status());

    TRY(spec.data, dataFromJson(data));
    TRY_OK(modelFromJson(model, spec));
    if (object.contains("width")) {
        TRY(const ParamMap width, resolveParams({widthParam()}, json{{"width", object["width"]}}, "the network"));
        spec.width = realParam(width, "width");
    }
    TRY(spec.settings, resolveParams(runSettings(), object.value("settings", json::object()), "the training settings"));
    if (realParam(spec.settings, "validation_share") + realParam(spec.settings, "test_share") > 0.95) {
        return Error{
            LEMNOS_TEXT("validation_share and test_share leave almost nothing to train on; lower one of them."),
            "validation_share"};
    }
    TRY_OK(checkSplitOptions(splitOptionsFrom(spec.settings)));
    TRY(const OptimizerType* optimizer, optimizerTypeOrError(textParam(spec.settings, "optimizer")));
    TRY(spec.optimizer, resolveParams(optimizer->params, object.value("optimizer", json::object()),
                                      "optimizer '" + std::string(optimizer->name) + "'"));
    TRY(const ScheduleType* schedule, scheduleTypeOrError(textParam(spec.settings, "schedule")));
    TRY(spec.schedule, resolveParams(schedule->params, object.value("schedule", json::object()),
                                     "schedule '" + std::string(schedule->name) + "'"));
    if (object.contains("preprocess")) {
        TRY(Preprocess preprocess, preprocessFromJson(object["preprocess"]));
        spec.preprocess = std::move(preprocess);
    }
    if (object.contains("classes")) {
        TRY(spec.classes, namesFromJson(object["classes"], "classes"));
    }
    if (object.contains("peers")) {
        TRY(spec.peers, namesFromJson(object["peers"], "peers"));
    }
    return spec;
}

Result<RunSpec> readRunSpec(const std::filesystem::path& file) {
    TRY(const std::string text, readFile(file));
    const json object = json::parse(text, nullptr, false);
    Result<RunSpec> spec =
        object.is_discarded() ? Error{LEMNOS_TEXT("It is not valid JSON."), {}} : runSpecFromJson(object);
    if (!spec)
        return phrasedError({LEMNOS_TEXT("%1: %2"), {Phrase::name(displayPath(file)), phraseOf(spec.error().message)}},
                            spec.error().where);
    return spec;
}

Status buildModel(RunSpec& spec, const Shape& picture) {
    if (!spec.templateName.empty()) {
        TRY(spec.model, graphFromTemplate(spec.templateName, picture));
        spec.templateName.clear();
    }
    if (spec.width != 1) spec.model = widened(std::move(spec.model), spec.width);
    spec.width = 1;
    return {};
}

Result<RunSpec> makeRunSpec(const std::filesystem::path& data, std::string_view templateName) {
    RunSpec spec;
    spec.data.path = data;
    spec.templateName = templateName;
    TRY(spec.model, graphFromTemplate(templateName));
    TRY(spec.settings, resolveParams(runSettings(), ParamMap(), "the training settings"));
    TRY(const OptimizerType* optimizer, optimizerTypeOrError(textParam(spec.settings, "optimizer")));
    TRY(spec.optimizer, resolveParams(optimizer->params, ParamMap(), "the optimizer"));
    TRY(const ScheduleType* schedule, scheduleTypeOrError(textParam(spec.settings, "schedule")));
    TRY(spec.schedule, resolveParams(schedule->params, ParamMap(), "the schedule"));
    return spec;
}

}  // namespace lemnos
