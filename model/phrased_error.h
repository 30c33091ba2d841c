// Errors whose sentence can be translated.
#pragma once

#include <string>

#include "compute/result.h"
#include "model/phrase.h"

namespace lemnos {

/// An Error that says the phrase in English. Whoever shows its message to a user asks phraseOf() what it was made of.
Error phrasedError(const Phrase& phrase, std::string where = {}, Error::Kind kind = Error::Kind::other);

/// What a sentence of this process was made of, if it came from phrasedError() and not thousands of others have come
/// since; otherwise a phrase without gaps, which a fixed text may be. From any thread.
Phrase phraseOf(const std::string& sentence);

}  // namespace lemnos
