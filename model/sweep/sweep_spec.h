// SweepSpec: many runs that differ in a few settings, to find out which settings are best.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/param.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// One setting that the trials differ in: one of some values, or a number of a range.
struct SweepParameter {
    std::string key;                   ///< of sweepParams()
    std::vector<ParamValue> values{};  ///< empty: a range
    double from = 0, to = 0;           ///< both included
    bool logarithmic = false;          ///< even on a logarithmic scale; both ends are above 0 then
    std::int64_t points = 3;           ///< how many values a grid takes of a range

    bool operator==(const SweepParameter&) const = default;
};

/// The whole order. JSON: {"format":"lemnos-sweep","version":1,"base":...,"parameters":[...],"settings":{...}}.
struct SweepSpec {
    RunSpec base;  ///< what the trials share
    std::vector<SweepParameter> parameters;
    ParamMap settings;                 ///< of sweepSettings()
    std::vector<std::string> devices;  ///< each trains a trial of its own at a time; empty: one after the other
};

/// "strategy", "trials", "eta", "sweep_seed". What is best is what the base's best_by says.
const std::vector<Param>& sweepSettings();

/// Everything that trials can differ in, called as on the command line: "template" ("own" is the network of the base),
/// "width", the settings of a run, of optimizers and of schedules.
const std::vector<Param>& sweepParams();
const Param* findSweepParam(std::string_view key);
inline constexpr std::string_view ownNetwork = "own";

/// "0.1,0.2,0.5" or "0.0001..0.1", ":log" behind it for a logarithmic scale, ":5" for so many values of a grid.
Result<SweepParameter> parseSweepParameter(std::string_view key, std::string_view text);
/// The inverse: "0.0001..0.1:log:5".
std::string toString(const SweepParameter& parameter);

/// Everything that can be wrong with the order but for the data, as a sentence.
Status checkSweep(const SweepSpec& spec);

nlohmann::json toJson(const SweepSpec& spec);
Result<SweepSpec> sweepSpecFromJson(const nlohmann::json& json);
Result<SweepSpec> readSweepSpec(const std::filesystem::path& file);

}  // namespace lemnos
