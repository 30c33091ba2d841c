// Param: resolving, parsing and printing of settings.
#include "model/param.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "model/phrased_error.h"

namespace lemnos {

namespace {

/// Largest range of whole numbers that a double holds exactly, so that 32.0 may stand for 32.
constexpr double largestExactInteger = 9007199254740992.0;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// `text` has places for the setting's key, what it must be, and what it is.
Error paramError(const char* text, const Param& param, const std::string& wanted, const std::string& shown) {
    return phrasedError({text, {Phrase::name(param.key), Phrase::name(wanted), Phrase::name(shown)}}, param.key);
}

Error typeError(const Param& param, const std::string& shown) {
    static constexpr const char* texts[] = {
        LEMNOS_TEXT("'%1' must be true or false; it is %3."), LEMNOS_TEXT("'%1' must be a whole number; it is %3."),
        LEMNOS_TEXT("'%1' must be a number; it is %3."), LEMNOS_TEXT("'%1' must be a text; it is %3.")};
    return paramError(texts[param.defaultValue.index()], param, {}, shown);
}

/// Long texts are cut, so that a message stays readable whatever a file holds.
std::string inQuotes(std::string_view text) {
    constexpr std::size_t limit = 60;
    return "\"" + std::string(text.substr(0, limit)) + (text.size() > limit ? "..." : "") + "\"";
}

std::string shown(const ParamValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? inQuotes(*text) : toString(value);
}

std::optional<std::int64_t> wholeNumber(double value) {
    if (!(std::abs(value) <= largestExactInteger) || value != std::trunc(value)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

/// The value in the type of the setting, when it can be told without loss.
std::optional<ParamValue> converted(const Param& param, const ParamValue& value) {
    if (value.index() == param.defaultValue.index()) return value;
    if (std::holds_alternative<double>(param.defaultValue)) {
        if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    }
    if (std::holds_alternative<std::int64_t>(param.defaultValue)) {
        if (const auto* real = std::get_if<double>(&value)) {
            if (const auto whole = wholeNumber(*real)) return *whole;
        }
    }
    return std::nullopt;
}

Status checkNumber(const Param& param, const ParamValue& value) {
    const auto* whole = std::get_if<std::int64_t>(&value);
    const double number = whole ? static_cast<double>(*whole) : std::get<double>(value);
    if (!std::isfinite(number))
        return paramError(LEMNOS_TEXT("'%1' must be a finite number; it is %3."), param, {}, toString(value));
    if (number >= param.minimum && number <= param.maximum) return {};
    const auto limit = [&](double bound) {
        return (whole && wholeNumber(bound) ? std::to_string(*wholeNumber(bound)) : toString(bound)) +
               (param.unit.empty() ? "" : " " + param.unit);
    };
    const std::string shown = toString(value);
    if (std::isinf(param.maximum))
        return paramError(LEMNOS_TEXT("'%1' must be at least %2; it is %3."), param, limit(param.minimum), shown);
    if (std::isinf(param.minimum))
        return paramError(LEMNOS_TEXT("'%1' must be at most %2; it is %3."), param, limit(param.maximum), shown);
    return phrasedError({LEMNOS_TEXT("'%1' must be from %2 to %3; it is %4."),
                         {Phrase::name(param.key), Phrase::name(limit(param.minimum)),
                          Phrase::name(limit(param.maximum)), Phrase::name(shown)}},
                        param.key);
}

Status checkChoice(const Param& param, const std::string& text) {
    if (param.choices.empty()) return {};
    for (const std::string& choice : param.choices) {
        if (choice == text) return {};
    }
    return paramError(LEMNOS_TEXT("'%1' must be one of %2; it is %3."), param, listed(param.choices), inQuotes(text));
}

Result<ParamValue> checked(const Param& param, const ParamValue& given) {
    const auto value = converted(param, given);
    if (!value) {
        // 1e30 is a whole number; what is wrong with it is its size.
        if (std::holds_alternative<double>(given) && std::holds_alternative<std::int64_t>(param.defaultValue))
            TRY_OK(checkNumber(param, given));
        return typeError(param, shown(given));
    }
    if (const auto* text = std::get_if<std::string>(&*value)) {
        TRY_OK(checkChoice(param, *text));
    } else if (!std::holds_alternative<bool>(*value)) {
        TRY_OK(checkNumber(param, *value));
    }
    return *value;
}

std::optional<ParamValue> valueFromJson(const nlohmann::json& json) {
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_string()) return json.get<std::string>();
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        return json.get<double>();
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    return std::nullopt;
}

Error owned(std::string_view owner, Error error) {
    if (owner.empty()) return error;
    return phrasedError({LEMNOS_TEXT("%1: %2"), {Phrase::name(std::string(owner)), phraseOf(error.message)}},
                        error.where, error.kind);
}

const Param* findParam(const std::vector<Param>& params, std::string_view key) {
    for (const Param& param : params) {
        if (param.key == key) return &param;
    }
    return nullptr;
}

Error unknownKey(const std::vector<Param>& params, const std::string& key) {
    std::vector<std::string> known;
    for (const Param& param : params) known.push_back(param.key);
    return phrasedError({known.empty() ? LEMNOS_TEXT("there is no setting %1; it has no settings.")
                                       : LEMNOS_TEXT("there is no setting %1; the settings are: %2."),
                         {Phrase::name(inQuotes(key)), Phrase::name(listed(known))}},
                        key);
}

template <class T>
Result<ParamValue> parseNumber(const Param& param, std::string_view text) {
    std::string_view digits = trimmed(text);
    if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-') digits.remove_prefix(1);
    T value{};
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code == std::errc{} && end == digits.data() + digits.size()) return checked(param, value);
    if constexpr (std::is_same_v<T, std::int64_t>) {
        // "1e4" and "32.0" are whole numbers too.
        double real = 0;
        const auto [realEnd, realCode] = std::from_chars(digits.data(), digits.data() + digits.size(), real);
        if (realCode == std::errc{} && realEnd == digits.data() + digits.size() && wholeNumber(real))
            return checked(param, real);
    }
    return typeError(param, inQuotes(text));
}

Result<ParamValue> parseBool(const Param& param, std::string_view text) {
    const std::string_view word = trimmed(text);
    for (const std::string_view yes : {"true", "yes", "on", "1"}) {
        if (word == yes) return ParamValue(true);
    }
    for (const std::string_view no : {"false", "no", "off", "0"}) {
        if (word == no) return ParamValue(false);
    }
    return typeError(param, inQuotes(text));
}

template <class T>
const T& valueOf(const ParamMap& values, std::string_view key) {
    const auto found = values.find(key);
    assert(found != values.end());
    const T* value = std::get_if<T>(&found->second);
    assert(value != nullptr);
    return *value;
}

}  // namespace

Result<ParamMap> resolveParams(const std::vector<Param>& params, const ParamMap& given, std::string_view owner) {
    ParamMap resolved;
    for (const auto& [key, value] : given) {
        const Param* param = findParam(params, key);
        if (!param) return owned(owner, unknownKey(params, key));
        auto good = checked(*param, value);
        if (!good) return owned(owner, good.error());
        resolved.emplace(key, *std::move(good));
    }
    for (const Param& param : params) resolved.emplace(param.key, param.defaultValue);
    return resolved;
}

Result<ParamMap> resolveParams(const std::vector<Param>& params, const nlohmann::json& given, std::string_view owner) {
    ParamMap values;
    if (given.is_null()) return resolveParams(params, values, owner);
    if (!given.is_object())
        return owned(owner, {"the settings must be a JSON object, like {\"key\": value}.", std::string(owner)});
    for (const auto& [key, json] : given.items()) {
        const Param* param = findParam(params, key);
        if (!param) return owned(owner, unknownKey(params, key));
        auto value = valueFromJson(json);
        if (!value) return owned(owner, typeError(*param, std::string("a JSON ") + json.type_name()));
        values.emplace(key, *std::move(value));
    }
    return resolveParams(params, values, owner);
}

Result<ParamValue> parseParam(const Param& param, std::string_view text) {
    if (std::holds_alternative<bool>(param.defaultValue)) return parseBool(param, text);
    if (!param.zero.empty() && trimmed(text) == param.zero) text = "0";
    if (std::holds_alternative<std::int64_t>(param.defaultValue)) return parseNumber<std::int64_t>(param, text);
    if (std::holds_alternative<double>(param.defaultValue)) return parseNumber<double>(param, text);
    return checked(param, std::string(text));
}

std::string toString(const ParamValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    char digits[64];
    const double number = std::get<double>(value), size = std::abs(number);
    // Shortest text that reads back as the same number, whatever the user's language: 0.0001 rather than 1e-04, but not
    // a row of zeros that has to be counted.
    const bool plain = size == 0 || (size >= 1e-4 && size < 1e15);
    const auto [end, code] = plain ? std::to_chars(digits, digits + sizeof digits, number, std::chars_format::fixed)
                                   : std::to_chars(digits, digits + sizeof digits, number);
    return {digits, end};
}

nlohmann::json toJson(const ParamMap& values) {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [key, value] : values) std::visit([&, &name = key](const auto& v) { json[name] = v; }, value);
    return json;
}

bool boolParam(const ParamMap& values, std::string_view key) {
    return valueOf<bool>(values, key);
}

std::int64_t intParam(const ParamMap& values, std::string_view key) {
    return valueOf<std::int64_t>(values, key);
}

double realParam(const ParamMap& values, std::string_view key) {
    return valueOf<double>(values, key);
}

const std::string& textParam(const ParamMap& values, std::string_view key) {
    return valueOf<std::string>(values, key);
}

}  // namespace lemnos
