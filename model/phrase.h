// Phrase: a sentence of the model with something put into it, which the window can translate all the same.
#pragma once

#include <string>
#include <vector>

namespace lemnos {

/// "Lemnos" and "4" in "%1 has %2 letters", which is a LEMNOS_TEXT.
struct Phrase {
    std::string pattern;
    std::vector<std::string> values{};  ///< of %1, %2, ...; nine at most

    /// In English.
    std::string text() const {
        std::string text;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const bool gap = pattern[i] == '%' && i + 1 < pattern.size() && pattern[i + 1] >= '1' &&
                             pattern[i + 1] <= '9' && std::size_t(pattern[i + 1] - '1') < values.size();
            text += gap ? values[std::size_t(pattern[++i] - '1')] : std::string(1, pattern[i]);
        }
        return text;
    }
};

}  // namespace lemnos
