#include "model/lan/last_word.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "model/phrase_json.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos {
namespace {

void makePlain(Phrase& phrase) {
    phrase.text = escaped(phrase.text);
    for (Phrase& part : phrase.parts) makePlain(part);
}

}  // namespace

std::vector<std::byte> toLastWord(const std::string& sentence) {
    const Phrase phrase = phraseOf(sentence);
    std::string text =
        phrase.parts.empty() ? sentence : toJson(phrase).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > lastWordBytes) text = sentence.substr(0, lastWordBytes);
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::string lastWordFrom(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.starts_with('{')) {
        auto phrase = phraseFromJson(nlohmann::json::parse(text, nullptr, false));
        if (phrase && !phrase->parts.empty()) {
            makePlain(*phrase);
            return phrasedError(*phrase).message;
        }
    }
    return escaped(text);
}

}  // namespace lemnos
