// Headers of PNG, JPEG, BMP, WebP and TIFF, and the signatures of what else turns up in picture folders.
#include "model/data/picture_header.h"

#include <algorithm>
#include <optional>
#include <string>

#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

/// Reads numbers at any offset; behind the end everything is zero and failed() is true.
class Peek {
  public:
    explicit Peek(std::span<const std::uint8_t> bytes, bool bigEndian = false) : m_bytes(bytes), m_big(bigEndian) {}

    bool failed() const { return m_failed; }

    std::uint64_t number(std::uint64_t offset, int length) {
        if (offset > m_bytes.size() || m_bytes.size() - offset < static_cast<std::size_t>(length)) {
            m_failed = true;
            return 0;
        }
        std::uint64_t value = 0;
        for (int i = 0; i < length; ++i) {
            const int at = m_big ? i : length - 1 - i;
            value = value << 8 | m_bytes[offset + static_cast<std::uint64_t>(at)];
        }
        return value;
    }

  private:
    std::span<const std::uint8_t> m_bytes;
    bool m_big;
    bool m_failed = false;
};

struct Size {
    std::int64_t width = 0;
    std::int64_t height = 0;
};

bool startsWith(std::span<const std::uint8_t> bytes, std::string_view signature, std::size_t offset = 0) {
    if (bytes.size() < offset + signature.size()) return false;
    return std::equal(signature.begin(), signature.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::optional<Size> pngSize(std::span<const std::uint8_t> bytes) {
    Peek peek(bytes, true);
    const Size size{static_cast<std::int64_t>(peek.number(16, 4)), static_cast<std::int64_t>(peek.number(20, 4))};
    return peek.failed() ? std::nullopt : std::optional(size);
}

/// Walks the marker segments to the frame header (ITU-T T.81, B.2.2).
std::optional<Size> jpegSize(std::span<const std::uint8_t> bytes) {
    Peek peek(bytes, true);
    std::uint64_t at = 2;
    while (at < bytes.size()) {
        // Like libjpeg: whatever stands between two segments is skipped.
        while (at < bytes.size() && bytes[at] != 0xff) ++at;
        while (at < bytes.size() && bytes[at] == 0xff) ++at;
        const auto marker = peek.number(at++, 1);
        if (peek.failed()) return std::nullopt;
        const bool alone = marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8);
        if (alone) continue;
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
            const Size size{static_cast<std::int64_t>(peek.number(at + 5, 2)),
                            static_cast<std::int64_t>(peek.number(at + 3, 2))};
            return peek.failed() ? std::nullopt : std::optional(size);
        }
        at += std::max<std::uint64_t>(2, peek.number(at, 2));
    }
    return std::nullopt;
}

std::optional<Size> bmpSize(std::span<const std::uint8_t> bytes) {
    Peek peek(bytes);
    const bool oldHeader = peek.number(14, 4) == 12;
    const int length = oldHeader ? 2 : 4;
    const auto field = [&](std::uint64_t offset) -> std::int64_t {
        const auto value = peek.number(offset, length);
        return oldHeader ? static_cast<std::int64_t>(value) : static_cast<std::int32_t>(value);
    };
    const std::int64_t width = field(18);
    const std::int64_t height = field(oldHeader ? 20 : 22);  // negative: rows from top to bottom
    return peek.failed() ? std::nullopt : std::optional(Size{width, height < 0 ? -height : height});
}

/// RFC 9649, sections 2.5 to 2.7.
std::optional<Size> webpSize(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t shortestFile = 32;  // OpenCV complains on standard error about anything shorter
    if (bytes.size() < shortestFile) return std::nullopt;
    Peek peek(bytes);
    Size size;
    if (startsWith(bytes, "VP8 ", 12)) {
        size = {static_cast<std::int64_t>(peek.number(26, 2) & 0x3fff),
                static_cast<std::int64_t>(peek.number(28, 2) & 0x3fff)};
    } else if (startsWith(bytes, "VP8L", 12)) {
        const std::uint64_t packed = peek.number(21, 4);
        size = {static_cast<std::int64_t>(packed & 0x3fff) + 1, static_cast<std::int64_t>(packed >> 14 & 0x3fff) + 1};
    } else if (startsWith(bytes, "VP8X", 12)) {
        size = {static_cast<std::int64_t>(peek.number(24, 3)) + 1, static_cast<std::int64_t>(peek.number(27, 3)) + 1};
    } else {
        return std::nullopt;
    }
    return peek.failed() ? std::nullopt : std::optional(size);
}

/// Width and height of the first page (TIFF 6.0, section 2; BigTIFF has wider fields).
std::optional<Size> tiffSize(std::span<const std::uint8_t> bytes) {
    constexpr std::uint64_t widthTag = 256, heightTag = 257, shortType = 3;
    Peek peek(bytes, startsWith(bytes, "MM"));
    const bool bigTiff = peek.number(2, 2) == 43;
    const std::uint64_t directory = bigTiff ? peek.number(8, 8) : peek.number(4, 4);
    if (directory > bytes.size()) return std::nullopt;
    const std::uint64_t count = peek.number(directory, bigTiff ? 8 : 2);
    const std::uint64_t entryBytes = bigTiff ? 20 : 12;
    Size size;
    std::uint64_t at = directory + (bigTiff ? 8 : 2);
    for (std::uint64_t i = 0; i < count && !peek.failed(); ++i, at += entryBytes) {
        const std::uint64_t tag = peek.number(at, 2);
        if (tag != widthTag && tag != heightTag) continue;
        const int length = peek.number(at + 2, 2) == shortType ? 2 : 4;
        const auto value = static_cast<std::int64_t>(peek.number(at + (bigTiff ? 12 : 8), length));
        (tag == widthTag ? size.width : size.height) = value;
    }
    return size.width > 0 && size.height > 0 ? std::optional(size) : std::nullopt;
}

struct Known {
    std::string_view signature;
    std::size_t offset;
    std::string_view name;
};

/// What is no picture of ours, as a noun phrase; empty when nothing is known.
std::string_view otherContent(std::span<const std::uint8_t> bytes) {
    using namespace std::string_view_literals;
    static constexpr Known known[] = {
        {"GIF8"sv, 0, LEMNOS_TEXT("a GIF picture")},
        {"ftypheic"sv, 4, LEMNOS_TEXT("a HEIC picture")},
        {"ftypheix"sv, 4, LEMNOS_TEXT("a HEIC picture")},
        {"ftypmif1"sv, 4, LEMNOS_TEXT("a HEIF picture")},
        {"ftypavif"sv, 4, LEMNOS_TEXT("an AVIF picture")},
        {"ftyp"sv, 4, LEMNOS_TEXT("a film or a HEIF picture")},
        {"\0\0\0\x0cjP  "sv, 0, LEMNOS_TEXT("a JPEG 2000 picture")},
        {"\xff\x4f\xff\x51"sv, 0, LEMNOS_TEXT("a JPEG 2000 picture")},
        {"\0\0\0\x0cJXL "sv, 0, LEMNOS_TEXT("a JPEG XL picture")},
        {"\xff\x0a"sv, 0, LEMNOS_TEXT("a JPEG XL picture")},
        {"8BPS"sv, 0, LEMNOS_TEXT("a Photoshop document")},
        {"\0\0\1\0"sv, 0, LEMNOS_TEXT("an icon")},
        {"qoif"sv, 0, LEMNOS_TEXT("a QOI picture")},
        {"#?RADIANCE"sv, 0, LEMNOS_TEXT("a Radiance HDR picture")},
        {"\x76\x2f\x31\x01"sv, 0, LEMNOS_TEXT("an OpenEXR picture")},
        {"%PDF"sv, 0, LEMNOS_TEXT("a PDF document")},
        {"PK\3\4"sv, 0, LEMNOS_TEXT("a ZIP archive")},
        {"<svg"sv, 0, LEMNOS_TEXT("an SVG drawing")},
        {"<?xml"sv, 0, LEMNOS_TEXT("an XML text or an SVG drawing")},
        {"<!DOCTYPE"sv, 0, LEMNOS_TEXT("a web page")},
        {"<!doctype"sv, 0, LEMNOS_TEXT("a web page")},
        {"<html"sv, 0, LEMNOS_TEXT("a web page")},
        {"version https://git-lfs"sv, 0, LEMNOS_TEXT("a Git LFS pointer without its file")},
    };
    for (const Known& entry : known) {
        if (startsWith(bytes, entry.signature, entry.offset)) return entry.name;
    }
    const bool netpbm = bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7' && bytes[2] <= ' ';
    return netpbm ? LEMNOS_TEXT("a PNM picture") : "";
}

std::optional<PictureFormat> formatOf(std::span<const std::uint8_t> bytes) {
    using namespace std::string_view_literals;
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return PictureFormat::png;
    if (startsWith(bytes, "\xff\xd8\xff")) return PictureFormat::jpeg;
    if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return PictureFormat::webp;
    for (const std::string_view signature : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
        if (startsWith(bytes, signature)) return PictureFormat::tiff;
    }
    if (startsWith(bytes, "BM")) return PictureFormat::bmp;
    return std::nullopt;
}

std::optional<Size> sizeOf(std::span<const std::uint8_t> bytes, PictureFormat format) {
    switch (format) {
        case PictureFormat::png:
            return pngSize(bytes);
        case PictureFormat::jpeg:
            return jpegSize(bytes);
        case PictureFormat::bmp:
            return bmpSize(bytes);
        case PictureFormat::webp:
            return webpSize(bytes);
        case PictureFormat::tiff:
            return tiffSize(bytes);
    }
    return std::nullopt;
}

Error notOurs(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return {LEMNOS_TEXT("The file is empty. Copy it again from where it came, or delete it."), {}};
    if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; }))
        return {LEMNOS_TEXT("The file holds nothing but zeros. Copy it again from where it came, or delete it."), {}};
    const std::string name(otherContent(bytes));
    if (name.ends_with("picture") || name.ends_with("drawing"))
        return phrasedError({LEMNOS_TEXT("It is %1, which can't be read yet. Save it as PNG or JPEG."), {{name}}});
    if (!name.empty())
        return phrasedError({LEMNOS_TEXT("It is %1, not a picture. Delete it or put a picture there."), {{name}}});
    return {LEMNOS_TEXT("It is not a picture. Pictures are JPEG, PNG, BMP, WebP or TIFF."), {}};
}

}  // namespace

std::string_view toString(PictureFormat format) {
    constexpr std::string_view names[] = {"PNG", "JPEG", "BMP", "WebP", "TIFF"};
    return names[static_cast<std::size_t>(format)];
}

Result<PictureHeader> peekPictureHeader(std::span<const std::uint8_t> bytes) {
    const std::optional<PictureFormat> format = formatOf(bytes);
    if (!format) return notOurs(bytes);
    const std::optional<Size> size = sizeOf(bytes, *format);
    if (!size)
        return phrasedError(
            {LEMNOS_TEXT("The %1 file is damaged or cut off. Copy it again from where it came, or delete it."),
             {Phrase::name(std::string(toString(*format)))}});
    return PictureHeader{*format, size->width, size->height};
}

bool endIsMissing(std::span<const std::uint8_t> bytes, PictureFormat format) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (format == PictureFormat::webp && bytes.size() >= 8) {
        const std::uint64_t size = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | std::uint64_t{bytes[7]} << 24;
        return size + 8 > bytes.size();
    }
    if (format != PictureFormat::jpeg) return false;
    // Within compressed data neither marker can stand; a thumbnail before the last scan has an end marker of its own.
    const auto scan = text.rfind("\xff\xda"), end = text.rfind("\xff\xd9");
    return scan != text.npos && (end == text.npos || end < scan);
}

}  // namespace lemnos
