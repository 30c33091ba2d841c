// Phrases on their way to another process.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "model/phrase.h"

namespace lemnos {

/// A text without gaps as a string, others with their parts.
nlohmann::json toJson(const Phrase& phrase);
/// Nothing where it is something else, or parts are nested deeper than anybody nests them.
std::optional<Phrase> phraseFromJson(const nlohmann::json& json);

/// A sentence that has gaps has its "phrase" beside it in `object`.
void addPhrase(nlohmann::json& object, const std::string& sentence);
/// That phrase, where it is one: from here on phraseOf() finds it by its sentence in this process, too.
void learnPhrase(const nlohmann::json& phrase);

/// "sentence" in English for people, and "phrase" for programs that translate it.
nlohmann::json sentenceToJson(const Phrase& phrase);

}  // namespace lemnos
