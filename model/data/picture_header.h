// PictureHeader: what a file says of itself in its first bytes, before anything is decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "compute/result.h"

namespace lemnos {

enum class PictureFormat : std::uint8_t { png, jpeg, bmp, webp, tiff };

/// "PNG", "JPEG", ...
std::string_view toString(PictureFormat format);

struct PictureHeader {
    PictureFormat format = PictureFormat::png;
    std::int64_t width = 0;  ///< as stored, before EXIF turns it
    std::int64_t height = 0;
};

/// Looks at the content, whatever the file is called. Errors: empty, another format (named where it is known), no
/// picture at all, or a header that is cut off.
Result<PictureHeader> peekPictureHeader(std::span<const std::uint8_t> bytes);

/// Whether the end of a picture that can be decoded nonetheless is missing: a JPEG without its end marker, whose lower
/// part then is grey, or a WebP that is shorter than it says.
bool endIsMissing(std::span<const std::uint8_t> bytes, PictureFormat format);

}  // namespace lemnos
