// The options of `train`.
#include "app/cli/training_options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "model/files.h"
#include "model/optimizers/optimizer.h"
#include "model/option_name.h"
#include "model/schedules/schedule.h"

namespace lemnos {

namespace {

constexpr std::string_view defaultTemplate = "mlp512";
constexpr int maxSide = 4096;

/// With the short name that one setting has.
std::string optionNames(const std::string& key) {
    return key == "learning_rate" ? optionName(key) + ",--lr" : optionName(key);
}

std::string typeName(const Param& param) {
    if (!param.choices.empty()) {
        std::string names;
        for (const std::string& choice : param.choices) names += (names.empty() ? "" : "|") + choice;
        return names;
    }
    if (std::holds_alternative<bool>(param.defaultValue)) return "true|false";
    if (std::holds_alternative<std::int64_t>(param.defaultValue)) return "N";
    return std::holds_alternative<double>(param.defaultValue) ? "X" : "TEXT";
}

/// One option for a description. What is typed is checked at once, so that a typing mistake is wrong usage.
void addParam(CLI::App& command, const Param& param, const std::string& defaultText,
              std::map<std::string, std::string>& values, const std::string& group) {
    // "--exact" alone is "--exact true".
    const bool isSwitch = std::holds_alternative<bool>(param.defaultValue);
    const auto meant = [isSwitch](const std::string& text) { return isSwitch && text.empty() ? "true" : text; };
    command
        .add_option_function<std::string>(
            optionNames(param.key),
            [&values, meant, key = param.key](const std::string& text) { values[key] = meant(text); },
            param.help + " [" + defaultText + "]")
        ->type_name(typeName(param))
        ->group(group)
        ->expected(isSwitch ? 0 : 1, 1)
        ->check([param, meant](const std::string& text) {
            const Result<ParamValue> value = parseParam(param, meant(text));
            return value ? std::string() : value.error().message;
        });
}

const Param* findParam(const std::vector<Param>& params, std::string_view key) {
    const auto found = std::ranges::find(params, key, &Param::key);
    return found == params.end() ? nullptr : &*found;
}

/// "0.9"; the word that stands for 0, where there is one.
std::string defaultTextOf(const Param& param) {
    const auto* number = std::get_if<std::int64_t>(&param.defaultValue);
    const auto* real = std::get_if<double>(&param.defaultValue);
    const bool isZero = (number && *number == 0) || (real && *real == 0);
    return isZero && !param.zero.empty() ? param.zero : toString(param.defaultValue);
}

/// The same; where types differ in their default for a setting that they share, "adam 1e-08, lamb 1e-06".
template <class Type>
std::string defaultTextOf(std::span<const Type* const> types, std::string_view key) {
    std::string common, each;
    bool differ = false;
    for (const Type* type : types) {
        const Param* param = findParam(type->params, key);
        if (!param) continue;
        const std::string text = defaultTextOf(*param);
        differ = differ || (!common.empty() && common != text);
        common = text;
        each += (each.empty() ? "" : ", ") + std::string(type->name) + " " + text;
    }
    return differ ? each : common;
}

/// One option for every setting that any of the types has.
template <class Type>
void addParamsOf(CLI::App& command, std::span<const Type* const> types, std::map<std::string, std::string>& values,
                 const std::string& group) {
    for (const Type* type : types) {
        for (const Param& param : type->params) {
            if (!command.get_option_no_throw(optionName(param.key)))
                addParam(command, param, defaultTextOf(types, param.key), values, group);
        }
    }
}

std::optional<int> wholeNumber(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

std::vector<std::string> splitAt(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::string optionOf(TransformUse use) {
    return use == TransformUse::preprocess ? "--preprocess" : "--augment";
}

/// "flip_horizontal" or "shift=0.1": the values of its settings in their order, with commas between.
Result<TransformSpec> parseTransform(const std::string& text, TransformUse use) {
    const std::size_t equals = text.find('=');
    nlohmann::json json = {{"type", text.substr(0, equals)}, {"params", nlohmann::json::object()}};
    const TransformType* type = findTransformType(text.substr(0, equals));
    if (!type || equals == std::string::npos) return transformFromJson(json, use);

    const std::vector<std::string> values = splitAt(text.substr(equals + 1), ',');
    if (values.size() > type->params.size()) {
        return Error{optionOf(use) + " " + text + " has more values than the transform has settings.", text};
    }
    ParamMap params;
    for (std::size_t i = 0; i < values.size(); ++i) {
        TRY(params[type->params[i].key], parseParam(type->params[i], values[i]));
    }
    json["params"] = toJson(params);
    return transformFromJson(json, use);
}

std::string transformHelp(TransformUse use) {
    std::string text = use == TransformUse::preprocess
                           ? "Change of every picture, as often as wanted, in this order: "
                           : "Random change of training pictures, as often as wanted, in this order: ";
    bool first = true;
    for (const TransformType* type : transformTypes()) {
        if (type->use() != use) continue;
        text += (std::exchange(first, false) ? "" : ", ") + std::string(type->name);
        for (const Param& param : type->params) {
            text += (&param == &type->params.front() ? "=" : ",") + toString(param.defaultValue);
        }
    }
    return text;
}

void addTransformOption(CLI::App& command, TransformUse use, std::vector<std::string>& values) {
    command.add_option(optionOf(use), values, transformHelp(use))
        ->type_name("NAME[=VALUE]")
        // One value each time, so that nothing behind it is swallowed.
        ->allow_extra_args(false)
        ->check([use](const std::string& text) {
            const Result<TransformSpec> transform = parseTransform(text, use);
            return transform ? std::string() : transform.error().message;
        });
}

/// Replaces the list when anything was typed.
Status applyTransforms(const std::vector<std::string>& typed, TransformUse use, std::vector<TransformSpec>& specs) {
    if (typed.empty()) return {};
    nlohmann::json list = nlohmann::json::array();
    for (const std::string& text : typed) {
        TRY(const TransformSpec spec, parseTransform(text, use));
        list.push_back(toJson(spec));
    }
    TRY(specs, transformsFromJson(list, use));
    return {};
}

Result<RunSpec> baseSpec(const TrainingOptions& options) {
    if (!options.spec.empty()) return readRunSpec(options.spec);
    TRY(RunSpec spec, makeRunSpec(options.data, options.templateName.empty() ? defaultTemplate : options.templateName));
    if (options.model.empty()) return spec;
    TRY(spec.model, readGraphFile(options.model));
    spec.templateName.clear();
    return spec;
}

/// The settings of the optimizer or schedule: `choice` is the run setting that names it.
template <class Type>
Status applyChosen(const TrainingOptions& options, const Type& type, const std::string& choice,
                   const std::map<std::string, std::string>& typed, ParamMap& values) {
    // Values of another one, from a --spec file, mean nothing to this one.
    if (options.settings.contains(choice)) {
        TRY(values, resolveParams(type.params, ParamMap(), type.label));
    }
    for (const auto& [key, text] : typed) {
        if (!values.contains(key)) {
            return Error{optionName(key) + " is not a setting of the " + choice + " " + std::string(type.name) + ".",
                         key};
        }
    }
    return applyTyped(type.params, typed, values);
}

}  // namespace

void addParamOption(CLI::App& command, const Param& param, std::map<std::string, std::string>& values,
                    const std::string& group) {
    addParam(command, param, defaultTextOf(param), values, group);
}

Status applyTyped(const std::vector<Param>& params, const std::map<std::string, std::string>& typed, ParamMap& values) {
    for (const Param& param : params) {
        const auto found = typed.find(param.key);
        if (found == typed.end()) continue;
        TRY(values[param.key], parseParam(param, found->second));
    }
    return {};
}

std::optional<std::pair<int, int>> parsePictureSize(std::string_view text) {
    const std::size_t x = text.find_first_of("xX");
    const std::optional<int> width = wholeNumber(text.substr(0, x));
    const std::optional<int> height = x == std::string_view::npos ? width : wholeNumber(text.substr(x + 1));
    if (!width || !height || *width < 1 || *height < 1 || *width > maxSide || *height > maxSide) return {};
    return std::pair(*width, *height);
}

Result<Graph> readGraphFile(const std::string& file) {
    TRY(const std::string text, readFile(file));
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    Result<Graph> graph = json.is_discarded() ? Error{"It is not valid JSON.", {}} : graphFromJson(json);
    if (!graph) return Error{displayPath(file) + ": " + graph.error().message, graph.error().where};
    return graph;
}

void addNetworkOptions(CLI::App& command, std::string& templateName, std::string& model) {
    CLI::Option* name =
        command.add_option("--template", templateName, "Network, as \"lemnos-cli templates\" lists it [mlp512]")
            ->type_name("NAME");
    command.add_option("--model", model, "Network from a JSON file")->type_name("FILE")->excludes(name);
}

void addSizeOption(CLI::App& command, std::string& size) {
    command.add_option("--size", size, "Width and height of the pictures for the network [from the pictures]")
        ->type_name("WxH")
        ->check([](const std::string& text) {
            return parsePictureSize(text) ? std::string()
                                          : "'" + text + "' is not a size such as 28x28, with sides from 1 to 4096";
        });
}

void addTrainingOptions(CLI::App& command, TrainingOptions& options) {
    command.add_option("--data", options.data, "Folder of class folders")->type_name("DIR");
    addNetworkOptions(command, options.templateName, options.model);
    addParamOption(command, widthParam(), options.network, "Options");
    addSizeOption(command, options.size);
    command.add_option("--channels", options.channels, "1 is grey, 3 is colour [auto]")
        ->check(CLI::IsMember({"auto", "1", "3"}));
    addTransformOption(command, TransformUse::preprocess, options.preprocess);
    addTransformOption(command, TransformUse::augment, options.augment);
    for (const Param& param : runSettings())
        addParam(command, param, defaultTextOf(param), options.settings, "Training");
    addParamsOf(command, optimizerTypes(), options.optimizer, "Optimizer");
    addParamsOf(command, scheduleTypes(), options.schedule, "Schedule");

    command
        .add_option("--device", options.devices,
                    "Device as \"lemnos-cli devices\" lists it; given several times, they train together [auto]")
        ->type_name("ID")
        ->allow_extra_args(false);
    command
        .add_option("--peers", options.peers,
                    "PCs to train with: their names with commas between, or \"all\" that share now; see \"peer\"")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->allow_extra_args(false);
    command
        .add_option("--collective", options.collective,
                    "How those who train together speak: \"lan\", or \"mpi\" in a job of mpirun or srun [lan]")
        ->check(CLI::IsMember({"lan", "mpi"}));
    command.add_option("--run", options.run, "New folder for the run [one in the runs folder]")->type_name("DIR");
    command.add_option("--spec", options.spec, "Everything from a run's spec.json; other options change it")
        ->type_name("FILE");
    for (const char* name : {"--data", "--template", "--model"}) {
        command.get_option("--spec")->excludes(command.get_option(name));
    }
    CLI::Option* events = command.add_flag("--events", options.events, "Print every event as a line of JSON");
    command.add_flag("--json", options.json, "Print the result as JSON")->excludes(events);
}

Result<RunSpec> runSpecFrom(const TrainingOptions& options) {
    TRY(RunSpec spec, baseSpec(options));
    ParamMap network{{"width", spec.width}};
    TRY_OK(applyTyped({widthParam()}, options.network, network));
    spec.width = realParam(network, "width");
    if (const auto size = parsePictureSize(options.size)) std::tie(spec.data.width, spec.data.height) = *size;
    if (!options.channels.empty()) spec.data.channels = options.channels == "auto" ? 0 : options.channels[0] - '0';
    TRY_OK(applyTransforms(options.preprocess, TransformUse::preprocess, spec.data.preprocess));
    TRY_OK(applyTransforms(options.augment, TransformUse::augment, spec.data.augment));
    TRY_OK(applyTyped(runSettings(), options.settings, spec.settings));
    TRY(const OptimizerType* optimizer, optimizerTypeOrError(textParam(spec.settings, "optimizer")));
    TRY_OK(applyChosen(options, *optimizer, "optimizer", options.optimizer, spec.optimizer));
    TRY(const ScheduleType* schedule, scheduleTypeOrError(textParam(spec.settings, "schedule")));
    TRY_OK(applyChosen(options, *schedule, "schedule", options.schedule, spec.schedule));
    if (!options.devices.empty()) spec.device = deviceOf(options.devices);
    if (!options.peers.empty()) spec.peers = options.peers;
    if (!options.run.empty()) spec.run = options.run;
    return spec;
}

}  // namespace lemnos
