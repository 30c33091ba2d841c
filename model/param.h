// Param: the one way to describe a setting. Editors, JSON, command-line help and documentation all walk it.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compute/result.h"

namespace lemnos {

using ParamValue = std::variant<bool, std::int64_t, double, std::string>;

/// Values by key; after resolveParams() it holds exactly one value of the right type for every Param.
using ParamMap = std::map<std::string, ParamValue, std::less<>>;

/// Description of one setting. The type is that of the default value.
struct Param {
    std::string key;    ///< name in JSON and on the command line, snake_case
    std::string label;  ///< what the user reads before the field, sentence case
    std::string help;   ///< one sentence: what it does and what follows from more or less of it
    ParamValue defaultValue;
    double minimum = -std::numeric_limits<double>::infinity();  ///< inclusive; for numbers
    double maximum = std::numeric_limits<double>::infinity();   ///< inclusive; for numbers
    std::vector<std::string> choices{};  ///< for strings: the allowed values; empty means any text
    std::string unit{};                  ///< shown behind the field, may be empty
    bool advanced = false;               ///< folded away at first
    std::string zero{};                  ///< for numbers: the word that stands for 0 ("auto"), may be empty
};

/// Marks a text that is shown to the user, for translation in the window (context "Param").
#define LEMNOS_TEXT(text) text

/// Fills in defaults and checks types, ranges and choices. `owner` names whose settings these are, for the message
/// ("dense 'hidden1'"). An unknown key is an error that lists the known ones.
Result<ParamMap> resolveParams(const std::vector<Param>& params, const nlohmann::json& given, std::string_view owner);
Result<ParamMap> resolveParams(const std::vector<Param>& params, const ParamMap& given, std::string_view owner);

/// Parses what a person typed for this setting.
Result<ParamValue> parseParam(const Param& param, std::string_view text);

/// "0.25", "true", "adam": the value as a person would type it; the inverse of parseParam().
std::string toString(const ParamValue& value);

nlohmann::json toJson(const ParamMap& values);

/// The value of a resolved map; asking for a missing key or a wrong type is a programmer's mistake.
bool boolParam(const ParamMap& values, std::string_view key);
std::int64_t intParam(const ParamMap& values, std::string_view key);
double realParam(const ParamMap& values, std::string_view key);
const std::string& textParam(const ParamMap& values, std::string_view key);

}  // namespace lemnos
