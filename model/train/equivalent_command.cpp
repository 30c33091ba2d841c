// The command line that does what a RunSpec says.
#include <nlohmann/json.hpp>

#include "model/optimizers/optimizer.h"
#include "model/option_name.h"
#include "model/schedules/schedule.h"
#include "model/templates/template.h"
#include "model/train/run_spec.h"

namespace lemnos {

namespace {

std::string quoted(const std::string& text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+,@%";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

/// " --key value" for every setting that is not at its default.
std::string changedOptions(const std::vector<Param>& params, const ParamMap& values) {
    std::string text;
    for (const Param& param : params) {
        const auto found = values.find(param.key);
        if (found == values.end() || found->second == param.defaultValue) continue;
        const std::string option = optionName(param.key == "learning_rate" ? "lr" : param.key);
        text += " " + option + " " + quoted(toString(found->second));
    }
    return text;
}

/// The value of a setting that is a name, or nothing.
std::string_view chosen(const RunSpec& spec, std::string_view key) {
    const auto found = spec.settings.find(key);
    const auto* text = found == spec.settings.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text ? std::string_view(*text) : std::string_view();
}

/// "shift" or "shift=0.2" or "crop=0.1,0.2": the values in the order of the transform's Params.
std::string transformArgument(const TransformSpec& spec) {
    const TransformType* type = findTransformType(spec.type);
    std::string text;
    bool changed = false;
    for (const Param& param : type ? type->params : std::vector<Param>()) {
        const auto found = spec.params.find(param.key);
        const ParamValue& value = found == spec.params.end() ? param.defaultValue : found->second;
        changed = changed || value != param.defaultValue;
        text += (text.empty() ? "" : ",") + toString(value);
    }
    return spec.type + (changed ? "=" + text : "");
}

std::string modelOption(const RunSpec& spec, const Shape& picture) {
    const Graph& model = spec.model;
    if (!spec.templateName.empty()) return " --template " + quoted(spec.templateName);
    if (const TemplateType* type = templateOf(model, picture)) return " --template " + quoted(std::string(type->name));
    return " --model " + quoted((model.name.empty() ? "model" : model.name) + ".json");
}

}  // namespace

std::string equivalentCommand(const RunSpec& spec, const Shape& picture) {
    const Shape& shown = spec.preprocess ? spec.preprocess->shape() : picture;
    std::string command = "lemnos-cli train --data " + quoted(spec.data.path.string()) + modelOption(spec, shown);
    command += changedOptions({widthParam()}, {{"width", spec.width}});
    if (spec.data.width > 0 && spec.data.height > 0) {
        command += " --size " + std::to_string(spec.data.width) + "x" + std::to_string(spec.data.height);
    }
    if (spec.data.channels > 0) command += " --channels " + std::to_string(spec.data.channels);
    for (const TransformSpec& transform : spec.data.preprocess)
        command += " --preprocess " + quoted(transformArgument(transform));
    for (const TransformSpec& transform : spec.data.augment)
        command += " --augment " + quoted(transformArgument(transform));
    command += changedOptions(runSettings(), spec.settings);
    if (const OptimizerType* optimizer = findOptimizerType(chosen(spec, "optimizer")))
        command += changedOptions(optimizer->params, spec.optimizer);
    if (const ScheduleType* schedule = findScheduleType(chosen(spec, "schedule")))
        command += changedOptions(schedule->params, spec.schedule);
    if (spec.device != "auto") {
        for (const std::string& id : devicesOf(spec.device)) command += " --device " + quoted(id);
    }
    for (const std::string& peer : spec.peers) command += " --peers " + quoted(peer);
    if (!spec.run.empty()) command += " --run " + quoted(spec.run.string());
    return command;
}

}  // namespace lemnos
