// UTF-8 and escapes.
#include "model/text.h"

#include <array>

namespace lemnos {

namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";

struct Escape {
    char plain;
    char letter;
};
constexpr std::array<Escape, 4> escapes{{{'\\', '\\'}, {'\t', 't'}, {'\n', 'n'}, {'\r', 'r'}}};

bool isControl(char byte) {
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

void appendEscaped(std::string& text, char byte) {
    for (const Escape& escape : escapes) {
        if (escape.plain == byte) {
            text += {'\\', escape.letter};
            return;
        }
    }
    const auto value = static_cast<unsigned char>(byte);
    text += {'\\', 'x', hexDigits[value >> 4], hexDigits[value & 15]};
}

/// Takes what follows a backslash off the front of `rest`.
std::optional<char> takeEscape(std::string_view& rest) {
    if (rest.empty()) return std::nullopt;
    for (const Escape& escape : escapes) {
        if (rest.front() == escape.letter) {
            rest.remove_prefix(1);
            return escape.plain;
        }
    }
    if (rest.front() != 'x' || rest.size() < 3) return std::nullopt;
    const auto high = hexDigits.find(rest[1]);
    const auto low = hexDigits.find(rest[2]);
    if (high == hexDigits.npos || low == hexDigits.npos) return std::nullopt;
    rest.remove_prefix(3);
    return static_cast<char>(high * 16 + low);
}

}  // namespace

std::size_t utf8Length(std::string_view bytes) {
    if (bytes.empty()) return 0;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char first = at(0);
    if (first < 0x80) return 1;
    std::size_t length = 0;
    if (first >= 0xc2 && first <= 0xdf) length = 2;
    if (first >= 0xe0 && first <= 0xef) length = 3;
    if (first >= 0xf0 && first <= 0xf4) length = 4;
    if (length == 0 || bytes.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xc0) != 0x80) return 0;
    }
    const bool overlong = (first == 0xe0 && at(1) < 0xa0) || (first == 0xf0 && at(1) < 0x90);
    const bool surrogate = first == 0xed && at(1) >= 0xa0;
    const bool beyond = first == 0xf4 && at(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

std::string toUtf8(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const std::size_t length = utf8Length(bytes);
        text += length ? bytes.substr(0, length) : "\xef\xbf\xbd";
        bytes.remove_prefix(length ? length : 1);
    }
    return text;
}

std::string escaped(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const std::size_t length = utf8Length(bytes);
        if (length == 0 || bytes.front() == '\\' || isControl(bytes.front()))
            appendEscaped(text, bytes.front());
        else
            text += bytes.substr(0, length);
        bytes.remove_prefix(length ? length : 1);
    }
    return text;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const char first = text.front();
        text.remove_prefix(1);
        if (first != '\\') {
            bytes += first;
            continue;
        }
        const std::optional<char> byte = takeEscape(text);
        if (!byte) return std::nullopt;
        bytes += *byte;
    }
    return bytes;
}

std::vector<std::string_view> parted(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

}  // namespace lemnos
