// cutout: covers a square of the picture (DeVries and Taylor 2017).
#include <algorithm>
#include <cmath>

#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    if (random.uniform[2] >= realParam(params, "probability")) return image;
    const int side = static_cast<int>(std::lround(realParam(params, "side") * std::min(image.width, image.height)));
    // The middle may lie anywhere, so that the edges are covered as often as the rest; what is outside is cut off.
    const int left = static_cast<int>(random.uniform[0] * image.width) - side / 2;
    const int top = static_cast<int>(random.uniform[1] * image.height) - side / 2;
    const cv::Rect square = cv::Rect(left, top, side, side) & cv::Rect(0, 0, image.width, image.height);
    Image result = image;
    matOf(result)(square).setTo(cv::Scalar::all(static_cast<double>(intParam(params, "fill"))));
    return result;
}

ParamMap atStrength(double strength) {
    return {{"probability", 1.0}, {"side", 0.6 * strength}, {"fill", std::int64_t{127}}};
}

}  // namespace

extern const TransformType cutout{
    .name = "cutout",
    .label = LEMNOS_TEXT("Cutout"),
    .summary = LEMNOS_TEXT("Covers a square of the picture, so that the network does not rely on a single detail."),
    .params = {{.key = "probability",
                .label = LEMNOS_TEXT("Probability"),
                .help = LEMNOS_TEXT("Share of the pictures that are partly covered."),
                .defaultValue = 0.5,
                .minimum = 0,
                .maximum = 1},
               {.key = "side",
                .label = LEMNOS_TEXT("Side"),
                .help = LEMNOS_TEXT("Side of the square, as a share of the picture's shorter side."),
                .defaultValue = 0.3,
                .minimum = 0,
                .maximum = 1},
               {.key = "fill",
                .label = LEMNOS_TEXT("Fill"),
                .help = LEMNOS_TEXT("Grey value of the square, from 0 (black) to 255 (white)."),
                .defaultValue = std::int64_t{127},
                .minimum = 0,
                .maximum = 255,
                .advanced = true}},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
