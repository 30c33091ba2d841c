// SweepSpec to JSON and back, and what is wrong with one.
#include "model/sweep/sweep_spec.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "model/files.h"
#include "model/json_fields.h"
#include "model/phrased_error.h"
#include "model/sweep/trials.h"

namespace lemnos {

namespace {

using nlohmann::json;

constexpr std::string_view formatName = "lemnos-sweep";
constexpr std::int64_t formatVersion = 1;
constexpr std::size_t mostParameters = 32;

json toJson(const ParamValue& value) {
    return std::visit([](const auto& v) { return json(v); }, value);
}

json toJson(const SweepParameter& parameter) {
    json object = {{"key", parameter.key}};
    if (!parameter.values.empty()) {
        json& list = object["values"] = json::array();
        for (const ParamValue& value : parameter.values) list.push_back(toJson(value));
        return object;
    }
    object["from"] = parameter.from;
    object["to"] = parameter.to;
    object["scale"] = parameter.logarithmic ? "log" : "linear";
    object["points"] = parameter.points;
    return object;
}

/// The value as the setting has it; the list of one is resolved like any other settings.
Result<ParamValue> valueOf(const Param& param, const json& value) {
    TRY(const ParamMap resolved, resolveParams({param}, json{{param.key, value}}, "the parameter " + param.key));
    return resolved.at(param.key);
}

Result<SweepParameter> parameterFromJson(const json& object) {
    JsonFields fields(object, "A parameter of the sweep");
    fields.allowOnly({"key", "values", "from", "to", "scale", "points"});
    SweepParameter parameter;
    parameter.key = fields.text("key");
    TRY_OK(fields.status());
    const Param* param = findSweepParam(parameter.key);
    if (!param)
        return phrasedError({LEMNOS_TEXT("There is no setting '%1' to try values of."), {Phrase::name(parameter.key)}},
                            parameter.key);
    if (fields.has("values")) {
        if (!fields.value("values").is_array()) fields.fail("values", "must be a list");
        TRY_OK(fields.status());
        for (const json& value : fields.value("values")) {
            TRY(ParamValue one, valueOf(*param, value));
            parameter.values.push_back(std::move(one));
        }
        if (parameter.values.empty())
            return phrasedError({LEMNOS_TEXT("'%1' has no values to try."), {Phrase::name(parameter.key)}},
                                parameter.key);
        return parameter;
    }
    parameter.from = fields.real("from");
    parameter.to = fields.real("to");
    if (fields.has("scale")) {
        const std::string scale = fields.text("scale");
        if (scale != "log" && scale != "linear") fields.fail("scale", "must be linear or log");
        parameter.logarithmic = scale == "log";
    }
    if (fields.has("points")) parameter.points = fields.integer("points", 1, mostTrials);
    TRY_OK(fields.status());
    return parameter;
}

Status checkParameter(const SweepParameter& parameter) {
    const Param* param = findSweepParam(parameter.key);
    const auto wrong = [&](const char* text, const std::vector<std::string>& values = {}) {
        Phrase phrase{text, {Phrase::name(parameter.key)}};
        for (const std::string& value : values) phrase.parts.push_back(Phrase::name(value));
        return phrasedError(phrase, parameter.key);
    };
    if (!param)
        return wrong(LEMNOS_TEXT("'%1' is no setting to try values of; \"lemnos-cli train --help\" lists them."));
    if (!parameter.values.empty()) {
        for (const ParamValue& value : parameter.values) TRY_OK(parseParam(*param, toString(value)));
        return {};
    }
    if (!std::holds_alternative<double>(param->defaultValue) &&
        !std::holds_alternative<std::int64_t>(param->defaultValue))
        return wrong(LEMNOS_TEXT("'%1' is not a number; list its values, with commas between."));
    if (!std::isfinite(parameter.from) || !std::isfinite(parameter.to) || parameter.from >= parameter.to)
        return wrong(LEMNOS_TEXT("'%1' needs a range from a smaller to a larger number, such as 0.001..0.1."));
    if (parameter.from < param->minimum || parameter.to > param->maximum)
        return wrong(LEMNOS_TEXT("'%1' must lie between %2 and %3."),
                     {toString(param->minimum), toString(param->maximum)});
    if (parameter.logarithmic && parameter.from <= 0)
        return wrong(LEMNOS_TEXT("'%1' can't begin at 0 on a logarithmic scale; begin above it."));
    return {};
}

}  // namespace

Status checkSweep(const SweepSpec& spec) {
    if (spec.parameters.empty())
        return Error{
            LEMNOS_TEXT("The sweep needs something to try; name a setting and its values, such as lr=0.001..0.1:log.")};
    if (spec.parameters.size() > mostParameters)
        return phrasedError(
            {LEMNOS_TEXT("A sweep can try at most %1 settings at a time."), {Phrase::number(mostParameters)}});
    std::set<std::string> keys;
    for (const SweepParameter& parameter : spec.parameters) {
        TRY_OK(checkParameter(parameter));
        if (!keys.insert(parameter.key).second)
            return phrasedError(
                {LEMNOS_TEXT("'%1' is there twice; put all its values into one."), {Phrase::name(parameter.key)}},
                parameter.key);
    }
    if (textParam(spec.settings, "strategy") == "halving" && keys.contains("epochs"))
        return Error{LEMNOS_TEXT("Successive halving decides itself how many epochs a trial gets; take 'epochs' out."),
                     "epochs"};
    TRY(const std::vector<Trial> trials, trialsOf(spec));
    // One for all: there may be thousands, and a trial whose values don't go together fails alone.
    if (!trials.empty()) TRY_OK(specOfTrial(spec, trials.front()));
    return {};
}

json toJson(const SweepSpec& spec) {
    json parameters = json::array();
    for (const SweepParameter& parameter : spec.parameters) parameters.push_back(toJson(parameter));
    return {{"format", formatName},     {"version", formatVersion},          {"base", toJson(spec.base)},
            {"parameters", parameters}, {"settings", toJson(spec.settings)}, {"devices", spec.devices}};
}

Result<SweepSpec> sweepSpecFromJson(const json& object) {
    JsonFields fields(object, "The sweep");
    const std::string format = fields.text("format");
    if (fields.status() && format != formatName) fields.fail("format", "is not " + std::string(formatName));
    const std::int64_t version = fields.integer("version", 1, INT64_MAX);
    if (fields.status() && version > formatVersion)
        return Error{"The sweep was written by a newer version of Lemnos; update Lemnos to open it.", "version"};
    fields.allowOnly({"format", "version", "base", "parameters", "settings", "devices"});
    const json& base = fields.value("base");
    const json& parameters = fields.value("parameters");
    if (!parameters.is_array()) fields.fail("parameters", "must be a list");
    TRY_OK(fields.status());
    SweepSpec spec;
    TRY(spec.base, runSpecFromJson(base));
    for (const json& item : parameters) {
        TRY(SweepParameter parameter, parameterFromJson(item));
        spec.parameters.push_back(std::move(parameter));
    }
    json settings = object.value("settings", json::object());
    // Sweeps had a setting of their own for what is best, before there was macro F1.
    if (const auto metric = settings.find("metric"); settings.is_object() && metric != settings.end()) {
        if (metric->is_string() && bestByFrom(metric->get<std::string>()))
            spec.base.settings["best_by"] = metric->get<std::string>();
        settings.erase(metric);
    }
    TRY(spec.settings, resolveParams(sweepSettings(), settings, "the settings of the sweep"));
    if (fields.has("devices")) {
        for (const json& device : fields.value("devices")) {
            if (!device.is_string()) return Error{"The sweep's \"devices\" must be a list of names.", "devices"};
            spec.devices.push_back(device.get<std::string>());
        }
    }
    return spec;
}

Result<SweepSpec> readSweepSpec(const std::filesystem::path& file) {
    TRY(const std::string text, readFile(file));
    const json object = json::parse(text, nullptr, false);
    Result<SweepSpec> spec = object.is_discarded() ? Error{"It is not valid JSON.", {}} : sweepSpecFromJson(object);
    if (!spec) return Error{displayPath(file) + ": " + spec.error().message, spec.error().where};
    return spec;
}

}  // namespace lemnos
