// What a sweep can be told, and what its trials can differ in.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "model/optimizers/optimizer.h"
#include "model/phrased_error.h"
#include "model/schedules/schedule.h"
#include "model/sweep/sweep_spec.h"
#include "model/sweep/trials.h"
#include "model/templates/template.h"
#include "model/text.h"

namespace lemnos {

namespace {

template <class Type>
void addParamsOf(std::span<const Type* const> types, std::vector<Param>& params) {
    for (const Type* type : types) {
        for (const Param& param : type->params) {
            if (std::ranges::find(params, param.key, &Param::key) == params.end()) params.push_back(param);
        }
    }
}

std::vector<Param> makeParams() {
    std::vector<std::string> networks = {std::string(ownNetwork)};
    for (const TemplateType* type : graphTemplates()) networks.emplace_back(type->name);
    std::vector<Param> params = {
        {.key = "template",
         .label = LEMNOS_TEXT("Network"),
         .help = LEMNOS_TEXT("Which network is trained; \"own\" is the one that the sweep begins with."),
         .defaultValue = std::string(ownNetwork),
         .choices = networks},
        widthParam(),
    };
    // Trials are compared by one figure, so that they don't differ in which one it is.
    std::ranges::copy_if(runSettings(), std::back_inserter(params),
                         [](const Param& param) { return param.key != "best_by"; });
    addParamsOf(optimizerTypes(), params);
    addParamsOf(scheduleTypes(), params);
    return params;
}

std::optional<double> numberOf(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Result<SweepParameter> parseRange(const Param& param, std::string_view text) {
    const Error error =
        phrasedError({LEMNOS_TEXT("'%1' needs a range such as 0.001..0.1, with :log and :5 behind it where "
                                  "wanted; it is \"%2\"."),
                      {Phrase::name(param.key), Phrase::name(std::string(text.substr(0, 60)))}},
                     param.key);
    const std::vector<std::string_view> parts = parted(text, ':');
    const std::size_t dots = parts[0].find("..");
    const std::optional<double> from = numberOf(parts[0].substr(0, dots)), to = numberOf(parts[0].substr(dots + 2));
    if (!from || !to) return error;
    SweepParameter range{.key = param.key, .from = *from, .to = *to};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::optional<double> points = numberOf(parts[i]);
        if (parts[i] == "log")
            range.logarithmic = true;
        else if (points && *points >= 1 && *points <= mostTrials &&
                 *points == static_cast<double>(static_cast<std::int64_t>(*points)))
            range.points = static_cast<std::int64_t>(*points);
        else if (parts[i] != "linear")
            return error;
    }
    return range;
}

}  // namespace

const std::vector<Param>& sweepSettings() {
    static const std::vector<Param> settings = {
        {.key = "strategy",
         .label = LEMNOS_TEXT("Strategy"),
         .help = LEMNOS_TEXT("\"grid\" tries every combination; \"random\" draws some, which finds more with many "
                             "settings; \"halving\" begins many and lets only the best train on."),
         .defaultValue = std::string("grid"),
         .choices = {"grid", "random", "halving"}},
        {.key = "trials",
         .label = LEMNOS_TEXT("Trials"),
         .help = LEMNOS_TEXT("How many combinations are drawn; a grid has as many as there are."),
         .defaultValue = std::int64_t{9},
         .minimum = 1,
         .maximum = mostTrials},
        {.key = "eta",
         .label = LEMNOS_TEXT("Halving by"),
         .help = LEMNOS_TEXT("With halving, one of so many trials goes on, with so many times the epochs."),
         .defaultValue = std::int64_t{3},
         .minimum = 2,
         .maximum = 16,
         .advanced = true},
        {.key = "sweep_seed",
         .label = LEMNOS_TEXT("Draw"),
         .help = LEMNOS_TEXT("Start of the random numbers that combinations are drawn with."),
         .defaultValue = std::int64_t{42},
         .minimum = 0,
         .maximum = 9007199254740992.0,
         .advanced = true},
    };
    return settings;
}

const std::vector<Param>& sweepParams() {
    static const std::vector<Param> params = makeParams();
    return params;
}

const Param* findSweepParam(std::string_view key) {
    const auto found = std::ranges::find(sweepParams(), key, &Param::key);
    return found == sweepParams().end() ? nullptr : &*found;
}

Result<SweepParameter> parseSweepParameter(std::string_view key, std::string_view text) {
    const Param* param = findSweepParam(key);
    if (!param)
        return phrasedError(
            {LEMNOS_TEXT("There is no setting '%1' to try values of."), {Phrase::name(std::string(key))}},
            std::string(key));
    if (param->choices.empty() && text.find("..") != std::string_view::npos) return parseRange(*param, text);
    SweepParameter parameter{.key = param->key};
    for (const std::string_view part : parted(text, ',')) {
        TRY(ParamValue value, parseParam(*param, part));
        parameter.values.push_back(std::move(value));
    }
    return parameter;
}

std::string toString(const SweepParameter& parameter) {
    std::string text;
    for (const ParamValue& value : parameter.values) text += (text.empty() ? "" : ",") + toString(value);
    if (!parameter.values.empty()) return text;
    return toString(parameter.from) + ".." + toString(parameter.to) + (parameter.logarithmic ? ":log" : "") + ":" +
           std::to_string(parameter.points);
}

}  // namespace lemnos
