// JsonFields: see the header.
#include "model/json_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/text.h"

namespace lemnos {

namespace {

const nlohmann::json nullJson;

bool fitsInteger(const nlohmann::json& value) {
    return value.is_number_integer() &&
           !(value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX});
}

}  // namespace

JsonFields::JsonFields(const nlohmann::json& object, std::string owner) : m_object(object), m_owner(std::move(owner)) {
    if (!object.is_object()) m_status = Error{m_owner + " is not a JSON object.", {}};
}

void JsonFields::fail(std::string_view key, const std::string& why) {
    if (m_status) m_status = Error{m_owner + ": \"" + std::string(key) + "\" " + why + ".", std::string(key)};
}

bool JsonFields::has(std::string_view key) const {
    return m_object.is_object() && m_object.contains(key);
}

const nlohmann::json* JsonFields::find(std::string_view key) {
    if (!m_status) return nullptr;
    const auto found = m_object.find(key);
    if (found == m_object.end()) {
        fail(key, "is missing");
        return nullptr;
    }
    return &*found;
}

const nlohmann::json& JsonFields::value(std::string_view key) {
    const nlohmann::json* found = find(key);
    return found ? *found : nullJson;
}

bool JsonFields::flag(std::string_view key) {
    const nlohmann::json* found = find(key);
    if (!found) return false;
    if (found->is_boolean()) return found->get<bool>();
    fail(key, "must be true or false");
    return false;
}

std::int64_t JsonFields::integer(std::string_view key, std::int64_t minimum, std::int64_t maximum) {
    const nlohmann::json* found = find(key);
    if (!found) return minimum;
    if (fitsInteger(*found)) {
        const auto number = found->get<std::int64_t>();
        if (number >= minimum && number <= maximum) return number;
    }
    fail(key, maximum == INT64_MAX
                  ? "must be a whole number of at least " + std::to_string(minimum)
                  : "must be a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
    return minimum;
}

std::int64_t JsonFields::count(std::string_view key) {
    return integer(key, 0, INT64_MAX);
}

double JsonFields::real(std::string_view key) {
    const nlohmann::json* found = find(key);
    if (!found) return 0;
    if (found->is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (found->is_number()) return found->get<double>();
    fail(key, "must be a number");
    return 0;
}

std::string JsonFields::text(std::string_view key) {
    const nlohmann::json* found = find(key);
    if (!found) return {};
    if (found->is_string()) return found->get<std::string>();
    fail(key, "must be a text");
    return {};
}

void JsonFields::allowOnly(const std::vector<std::string_view>& keys) {
    if (!m_status) return;
    for (const auto& item : m_object.items()) {
        if (std::find(keys.begin(), keys.end(), item.key()) != keys.end()) continue;
        std::string known;
        for (const std::string_view key : keys) known += (known.empty() ? "" : ", ") + std::string(key);
        return fail(item.key(), "is not known here; known are " + known);
    }
}

nlohmann::json bytesToJson(const std::string& bytes) {
    if (toUtf8(bytes) == bytes) return bytes;
    return {{"escaped", escaped(bytes)}};
}

std::optional<std::string> bytesFromJson(const nlohmann::json& value) {
    std::optional<std::string> bytes;
    if (value.is_string()) bytes = value.get<std::string>();
    if (value.is_object() && value.size() == 1 && value.contains("escaped") && value["escaped"].is_string()) {
        bytes = unescaped(value["escaped"].get<std::string>());
    }
    if (bytes && bytes->find('\0') != std::string::npos) return {};
    return bytes;
}

}  // namespace lemnos
