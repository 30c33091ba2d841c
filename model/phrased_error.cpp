#include "model/phrased_error.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

namespace lemnos {
namespace {

/// A scan may find a reason of its own in each of a million files.
constexpr std::size_t mostKept = 10'000;

constexpr std::size_t mostParts = 9;
constexpr int deepest = 4;

std::mutex mutex;
std::unordered_map<std::string, Phrase> phrases;  // by sentence; under the mutex

std::optional<Phrase> phraseFrom(const nlohmann::json& json, int depth) {
    if (json.is_string()) return Phrase{json.get<std::string>()};
    if (!json.is_object() || depth == deepest) return std::nullopt;
    const auto name = json.find("name"), text = json.find("text"), parts = json.find("parts");
    if (name != json.end()) return name->is_string() ? std::optional(Phrase::name(*name)) : std::nullopt;
    if (text == json.end() || !text->is_string() || parts == json.end() || !parts->is_array() ||
        parts->size() > mostParts)
        return std::nullopt;
    Phrase phrase{text->get<std::string>()};
    for (const nlohmann::json& item : *parts) {
        const auto part = phraseFrom(item, depth + 1);
        if (!part) return std::nullopt;
        phrase.parts.push_back(*part);
    }
    return phrase;
}

}  // namespace

Error phrasedError(const Phrase& phrase, std::string where, Error::Kind kind) {
    Error error{worded(phrase), std::move(where), kind};
    if (phrase.parts.empty()) return error;
    const std::scoped_lock lock(mutex);
    if (phrases.size() == mostKept) phrases.clear();
    phrases.insert_or_assign(error.message, phrase);
    return error;
}

Phrase phraseOf(const std::string& sentence) {
    const std::scoped_lock lock(mutex);
    const auto found = phrases.find(sentence);
    return found == phrases.end() ? Phrase{sentence} : found->second;
}

nlohmann::json toJson(const Phrase& phrase) {
    if (phrase.isName) return {{"name", phrase.text}};
    if (phrase.parts.empty()) return phrase.text;
    nlohmann::json parts = nlohmann::json::array();
    for (const Phrase& part : phrase.parts) parts.push_back(toJson(part));
    return {{"text", phrase.text}, {"parts", std::move(parts)}};
}

std::optional<Phrase> phraseFromJson(const nlohmann::json& json) {
    return phraseFrom(json, 0);
}

}  // namespace lemnos
