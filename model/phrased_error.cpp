#include "model/phrased_error.h"

#include <mutex>
#include <unordered_map>
#include <utility>

namespace lemnos {
namespace {

/// A scan may find a reason of its own in each of a million files.
constexpr std::size_t mostKept = 10'000;

std::mutex mutex;
std::unordered_map<std::string, Phrase> phrases;  // by sentence; under the mutex

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

}  // namespace lemnos
