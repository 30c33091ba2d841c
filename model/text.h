// Text: UTF-8 checking, and bytes of any kind as one line of text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lemnos {

/// Length of the well-formed UTF-8 sequence at the start of `bytes`, or 0 (The Unicode Standard, table 3-7).
std::size_t utf8Length(std::string_view bytes);

/// Bytes that are not UTF-8 become the replacement character.
std::string toUtf8(std::string_view bytes);

/// UTF-8 without control characters: backslash, tab, newline and return as \\ \t \n \r; other control characters and
/// bytes that are not UTF-8 as \xNN.
std::string escaped(std::string_view bytes);

/// The inverse of escaped(); nothing when `text` is not something that it gives.
std::optional<std::string> unescaped(std::string_view text);

/// The parts between the separators; one part more than there are separators.
std::vector<std::string_view> parted(std::string_view text, char separator);

}  // namespace lemnos
