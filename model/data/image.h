// Image: a decoded picture, and reading one from any file that OpenCV knows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "compute/result.h"
#include "model/files.h"

namespace lemnos {

/// 8-bit pixels, rows top to bottom, channels interleaved: 1 (grey) or 3 (red, green, blue).
struct Image {
    int width = 0;
    int height = 0;
    int channels = 0;
    std::vector<std::uint8_t> pixels;  ///< height x width x channels

    bool operator==(const Image&) const = default;
};

/// Decodes JPEG, PNG, BMP, WebP or TIFF bytes to RGB, upright by EXIF; palette, alpha, 16-bit and CMYK pictures become
/// 8-bit RGB. Whatever the bytes are, it returns an Image or an Error with the reason, and takes bounded memory.
Result<Image> decodeImage(std::span<const std::uint8_t> bytes);

/// The same for a picture that will be resized to width x height; see readImageFor().
Result<Image> decodeImageFor(std::span<const std::uint8_t> bytes, int width, int height);

/// Reads the whole file, then decodes it. Any Unicode path works.
Result<Image> readImage(const std::filesystem::path& path);

/// The bytes of a picture file, unless it is too large to be one. An error that lies in the file itself has no `where`.
Result<std::string> readPictureFile(const std::filesystem::path& path);

/// Like readImage(), but the message of an Error is the reason alone, for lists that show the path beside it.
Result<Image> readImageOrReason(const std::filesystem::path& path);

/// Like readImageOrReason(), for a picture that will be resized to width x height. One that is much larger may be
/// decoded at a half, a quarter or an eighth of its size, never smaller than 1.75 times the size wanted. The
/// result differs little from that of all pixels (docs/decisions/0032).
Result<Image> readImageFor(const std::filesystem::path& path, int width, int height);

/// True when red, green and blue are equal everywhere.
bool isGrey(const Image& image);

/// Grey by the luma weights of ITU-R BT.601, or three equal channels; unchanged when it has that many already.
Image toChannels(const Image& image, int channels);

/// Stretched to the size: area average when it shrinks, bilinear when it grows.
Image resized(const Image& image, int width, int height);

}  // namespace lemnos
