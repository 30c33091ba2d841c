// Draws one picture of the sample data set.
#pragma once

#include <cstdint>

#include "model/data/image.h"
#include "model/data/sample_shapes.h"

namespace lemnos {

/// An RGB picture of the shape: bent, turned, moved and coloured by (seed, label, number), with some noise.
Image drawSample(const SampleShape& shape, int sizePixels, std::uint64_t seed, std::uint32_t label,
                 std::uint32_t number);

/// The picture as the bytes of a PNG file.
std::vector<std::uint8_t> encodePng(const Image& image);

}  // namespace lemnos
