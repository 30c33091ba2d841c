#include "model/phrase.h"

namespace lemnos {

std::string worded(const Phrase& phrase, const std::function<std::string(const std::string&)>& translate) {
    if (phrase.isName) return phrase.text;
    const std::string pattern = translate ? translate(phrase.text) : phrase.text;
    std::string sentence;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        // One pass, because a name may hold what looks like a place.
        const std::size_t part =
            pattern[i] == '%' && i + 1 < pattern.size() ? static_cast<std::size_t>(pattern[i + 1] - '1') : 9;
        if (part < phrase.parts.size()) {
            sentence += worded(phrase.parts[part], translate);
            ++i;
        } else {
            sentence += pattern[i];
        }
    }
    return sentence;
}

}  // namespace lemnos
