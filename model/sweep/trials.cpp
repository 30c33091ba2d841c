#include "model/sweep/trials.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "compute/random.h"
#include "model/optimizers/optimizer.h"
#include "model/phrased_error.h"
#include "model/schedules/schedule.h"
#include "model/templates/template.h"

namespace lemnos {

namespace {

/// A place in a range, 0 to 1, as a value of the setting.
ParamValue valueAt(const SweepParameter& parameter, double share) {
    const double value = parameter.logarithmic ? parameter.from * std::pow(parameter.to / parameter.from, share)
                                               : parameter.from + (parameter.to - parameter.from) * share;
    const Param* param = findSweepParam(parameter.key);
    if (param && std::holds_alternative<std::int64_t>(param->defaultValue)) return std::int64_t{std::llround(value)};
    // Nobody needs more digits, and shorter numbers are easier to read and to type again.
    const double digits = std::pow(10.0, 3 - std::ceil(std::log10(std::max(std::abs(value), 1e-300))));
    return std::clamp(std::round(value * digits) / digits, parameter.from, parameter.to);
}

std::vector<ParamValue> gridOf(const SweepParameter& parameter) {
    if (!parameter.values.empty()) return parameter.values;
    std::vector<ParamValue> values;
    for (std::int64_t i = 0; i < parameter.points; ++i) {
        const double share =
            parameter.points > 1 ? static_cast<double>(i) / static_cast<double>(parameter.points - 1) : 0.5;
        const ParamValue value = valueAt(parameter, share);
        if (values.empty() || values.back() != value) values.push_back(value);  // neighbours that round to one number
    }
    return values;
}

Result<std::vector<Trial>> gridTrials(const SweepSpec& spec) {
    std::vector<Trial> trials(1);
    for (const SweepParameter& parameter : spec.parameters) {
        const std::vector<ParamValue> values = gridOf(parameter);
        if (static_cast<std::int64_t>(trials.size() * values.size()) > mostTrials)
            return phrasedError(
                {LEMNOS_TEXT("The grid has more than %1 combinations; try fewer values, or draw some of them "
                             "with the strategy random."),
                 {Phrase::name(std::to_string(mostTrials))}},
                parameter.key);
        std::vector<Trial> more;
        for (const Trial& trial : trials) {
            for (const ParamValue& value : values) {
                more.push_back(trial);
                more.back().values[parameter.key] = value;
            }
        }
        trials = std::move(more);
    }
    return trials;
}

std::vector<Trial> drawnTrials(const SweepSpec& spec) {
    constexpr std::uint32_t mostDraws = 20;  // for each trial, where few combinations are left
    const auto wanted = static_cast<std::size_t>(intParam(spec.settings, "trials"));
    const auto seed = static_cast<std::uint64_t>(intParam(spec.settings, "sweep_seed"));
    std::vector<Trial> trials;
    std::set<ParamMap> known;
    for (std::uint32_t draw = 0; trials.size() < wanted && draw < wanted * mostDraws; ++draw) {
        Trial trial;
        for (std::uint32_t i = 0; i < spec.parameters.size(); ++i) {
            const SweepParameter& parameter = spec.parameters[i];
            const double share = philox(seed, {draw, i, 0, 0})[0] / 4294967296.0;
            const std::size_t count = parameter.values.size();
            trial.values[parameter.key] =
                count > 0 ? parameter.values[static_cast<std::size_t>(share * static_cast<double>(count))]
                          : valueAt(parameter, share);
        }
        if (known.insert(trial.values).second) trials.push_back(std::move(trial));
    }
    return trials;
}

/// The settings of the optimizer or schedule that `choice` names: as the base has them, or where the trial takes
/// another one, its own; with the trial's values.
template <class Type>
Status applyChosen(const Type& type, bool other, const Trial& trial, ParamMap& values) {
    if (other) {
        TRY(values, resolveParams(type.params, ParamMap(), type.label));
    }
    for (const Param& param : type.params) {
        if (const auto found = trial.values.find(param.key); found != trial.values.end())
            values[param.key] = found->second;
    }
    return {};
}

}  // namespace

Result<std::vector<Trial>> trialsOf(const SweepSpec& spec) {
    std::vector<Trial> trials;
    if (textParam(spec.settings, "strategy") == "grid") {
        TRY(trials, gridTrials(spec));
    } else {
        trials = drawnTrials(spec);
    }
    for (std::size_t i = 0; i < trials.size(); ++i) trials[i].number = static_cast<std::int64_t>(i + 1);
    return trials;
}

std::vector<Rung> halvingRungs(std::int64_t trials, std::int64_t epochs, std::int64_t eta) {
    int steps = 0;  // as often as both allow
    std::int64_t power = 1;
    while (power * eta <= std::min(trials, epochs)) power *= eta, ++steps;
    std::vector<Rung> rungs;
    std::int64_t divisor = 1;
    for (int i = 0; i <= steps; ++i, divisor *= eta, power /= eta)
        rungs.push_back({trials / divisor, std::max<std::int64_t>(1, (2 * epochs + power) / (2 * power))});
    return rungs;
}

std::vector<Rung> rungsOf(const SweepSpec& spec, std::int64_t trials) {
    const std::int64_t epochs = intParam(spec.base.settings, "epochs");
    if (textParam(spec.settings, "strategy") != "halving") return {{trials, epochs}};
    return halvingRungs(trials, epochs, intParam(spec.settings, "eta"));
}

std::vector<std::size_t> bestOf(const std::vector<std::optional<double>>& values, std::size_t count, BestBy by) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] && std::isfinite(*values[i])) order.push_back(i);
    }
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return isBetter(by, *values[a], *values[b]); });
    order.resize(std::min(order.size(), count));
    std::ranges::sort(order);
    return order;
}

Result<RunSpec> specOfTrial(const SweepSpec& spec, const Trial& trial) {
    RunSpec run = spec.base;
    if (const auto found = trial.values.find("template");
        found != trial.values.end() && toString(found->second) != ownNetwork) {
        run.templateName = toString(found->second);
        TRY(run.model, graphFromTemplate(run.templateName));
    }
    if (const auto found = trial.values.find("width"); found != trial.values.end())
        run.width = std::get<double>(found->second);
    for (const Param& param : runSettings()) {
        if (const auto found = trial.values.find(param.key); found != trial.values.end())
            run.settings[param.key] = found->second;
    }
    const auto differs = [&](std::string_view key) {
        return textParam(run.settings, key) != textParam(spec.base.settings, key);
    };
    TRY(const OptimizerType* optimizer, optimizerTypeOrError(textParam(run.settings, "optimizer")));
    TRY_OK(applyChosen(*optimizer, differs("optimizer"), trial, run.optimizer));
    TRY(const ScheduleType* schedule, scheduleTypeOrError(textParam(run.settings, "schedule")));
    TRY_OK(applyChosen(*schedule, differs("schedule"), trial, run.schedule));
    Result<RunSpec> checked = runSpecFromJson(toJson(run));
    if (!checked)
        return phrasedError({LEMNOS_TEXT("Trial %1: %2"),
                             {Phrase::name(std::to_string(trial.number)), phraseOf(checked.error().message)}},
                            checked.error().where);
    return checked;
}

}  // namespace lemnos
