// Phrase: a text for the user with places for names and figures, so that it can be translated before they are put in.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lemnos {

struct Phrase {
    std::string text;             ///< marked with LEMNOS_TEXT; %1 to %9 stand for the parts
    std::vector<Phrase> parts{};  ///< at most nine
    bool isName = false;          ///< a name, a path, a figure: the same in every language

    static Phrase name(std::string text) { return {std::move(text), {}, true}; }
    static Phrase number(std::size_t value) { return name(std::to_string(value)); }
};

/// The whole sentence: in English, or in the language that `translate` gives each text in.
std::string worded(const Phrase& phrase, const std::function<std::string(const std::string&)>& translate = {});

}  // namespace lemnos
