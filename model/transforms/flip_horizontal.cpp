// flip_horizontal: mirrors some pictures left to right.
#include <algorithm>

#include "model/transforms/transform.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    if (random.uniform[0] >= realParam(params, "probability")) return image;
    Image result = image;
    const auto channels = static_cast<std::size_t>(image.channels);
    const std::size_t rowBytes = static_cast<std::size_t>(image.width) * channels;
    for (std::size_t row = 0; row < image.pixels.size(); row += rowBytes) {
        for (std::size_t x = 0; x < rowBytes; x += channels)
            std::copy_n(&image.pixels[row + x], channels, &result.pixels[row + rowBytes - channels - x]);
    }
    return result;
}

}  // namespace

extern const TransformType flip_horizontal{
    .name = "flip_horizontal",
    .label = LEMNOS_TEXT("Mirror"),
    .summary = LEMNOS_TEXT("Mirrors pictures left to right. Leave it out where left and right mean something."),
    .params = {{.key = "probability",
                .label = LEMNOS_TEXT("Probability"),
                .help = LEMNOS_TEXT("Share of the pictures that are mirrored."),
                .defaultValue = 0.5,
                .minimum = 0,
                .maximum = 1}},
    .apply = apply,
};

}  // namespace lemnos::transforms
