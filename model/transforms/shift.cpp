// shift: moves the picture a little; the edge is repeated where nothing is left.
#include <algorithm>
#include <cmath>

#include "model/transforms/transform.h"

namespace lemnos::transforms {

namespace {

/// Whole pixels from -fraction to +fraction of the length.
int pixels(double uniform, double fraction, int length) {
    return static_cast<int>(std::lround((2 * uniform - 1) * fraction * length));
}

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    const double fraction = realParam(params, "fraction");
    const int right = pixels(random.uniform[0], fraction, image.width);
    const int down = pixels(random.uniform[1], fraction, image.height);
    if (right == 0 && down == 0) return image;
    Image result = image;
    const auto at = [&](int x, int y) {
        return static_cast<std::size_t>((std::int64_t{y} * image.width + x) * image.channels);
    };
    for (int y = 0; y < image.height; ++y) {
        const int fromY = std::clamp(y - down, 0, image.height - 1);
        for (int x = 0; x < image.width; ++x) {
            const int fromX = std::clamp(x - right, 0, image.width - 1);
            std::copy_n(&image.pixels[at(fromX, fromY)], image.channels, &result.pixels[at(x, y)]);
        }
    }
    return result;
}

ParamMap atStrength(double strength) {
    return {{"fraction", 0.3 * strength}};
}

}  // namespace

extern const TransformType shift{
    .name = "shift",
    .label = LEMNOS_TEXT("Shift"),
    .summary = LEMNOS_TEXT("Moves pictures a little up, down, left or right."),
    .params = {{.key = "fraction",
                .label = LEMNOS_TEXT("Largest shift"),
                .help = LEMNOS_TEXT("The furthest a picture moves, as a share of its width and height."),
                .defaultValue = 0.1,
                .minimum = 0,
                .maximum = 0.5}},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
