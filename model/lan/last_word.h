// What the payload of `bye` says: a sentence, which may be one with gaps, so that the other side can translate it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace lemnos {

/// The sentence, with the phrase that it was made of where it has gaps; at most lastWordBytes.
constexpr std::size_t lastWordBytes = 1000;
std::vector<std::byte> toLastWord(const std::string& sentence);

/// In English and without control characters, whatever the bytes are; phraseOf() knows what it is made of.
std::string lastWordFrom(std::span<const std::byte> bytes);

}  // namespace lemnos
