// Perceptual hash: a number that pictures that look alike share but for a few bits.
#pragma once

#include <array>
#include <cstdint>

#include "model/data/image.h"

namespace lemnos {

/// The 64 lowest frequencies of the cosine transform of the 32 x 32 grey picture, each above or below their mean, as
/// OpenCV's img_hash::PHash has it (Zauner 2010, Implementation and Benchmarking of Perceptual Image Hash Functions).
std::uint64_t perceptualHash(const Image& image);

/// The grey picture at 32 x 32, to compare two whose hashes are alike.
using TinyPicture = std::array<std::uint8_t, 32 * 32>;
TinyPicture tinyPicture(const Image& image);

/// Mean absolute difference of the pixels, 0 to 255.
double difference(const TinyPicture& a, const TinyPicture& b);

}  // namespace lemnos
