#include "model/phrase_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "model/phrased_error.h"

namespace lemnos {
namespace {

constexpr std::size_t mostParts = 9;
constexpr int deepest = 6;

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

void addPhrase(nlohmann::json& object, const std::string& sentence) {
    if (const Phrase phrase = phraseOf(sentence); !phrase.parts.empty()) object["phrase"] = toJson(phrase);
}

void learnPhrase(const nlohmann::json& phrase) {
    if (const auto known = phraseFromJson(phrase)) (void)phrasedError(*known);
}

nlohmann::json sentenceToJson(const Phrase& phrase) {
    return {{"sentence", worded(phrase)}, {"phrase", toJson(phrase)}};
}

}  // namespace lemnos
