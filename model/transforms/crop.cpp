// crop: a random part of the picture, brought back to its size (Szegedy et al. 2014, section 6).
#include <algorithm>
#include <cmath>

#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

/// Of the shape of the part, wider or higher than the picture.
constexpr double largestStretch = 4.0 / 3;

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    const double smallest = realParam(params, "area");
    const double area = smallest + (1 - smallest) * random.uniform[0];
    const double stretch = std::exp(around0(random.uniform[1], std::log(largestStretch)) / 2);
    const double width = image.width * std::min(1.0, std::sqrt(area) * stretch);
    const double height = image.height * std::min(1.0, std::sqrt(area) / stretch);
    const double left = random.uniform[2] * (image.width - width), top = random.uniform[3] * (image.height - height);
    // From the middles of pixels to the middles of pixels, in parts of a pixel, so that nothing is rounded.
    const double toX = image.width / width, toY = image.height / height;
    return warped(image, {toX, 0, (0.5 - left) * toX - 0.5, 0, toY, (0.5 - top) * toY - 0.5});
}

}  // namespace

extern const TransformType crop{
    .name = "crop",
    .label = LEMNOS_TEXT("Crop"),
    .summary = LEMNOS_TEXT("Takes a random part of the picture and brings it back to full size."),
    .params = {{.key = "area",
                .label = LEMNOS_TEXT("Smallest area"),
                .help = LEMNOS_TEXT("The least of the picture that is kept, as a share of its area."),
                .defaultValue = 0.6,
                .minimum = 0.05,
                .maximum = 1}},
    .apply = apply,
};

}  // namespace lemnos::transforms
