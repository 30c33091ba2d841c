// flip_vertical: turns some pictures upside down.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    if (random.uniform[0] >= realParam(params, "probability")) return image;
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    cv::flip(matOf(image), target, 0);
    return result;
}

}  // namespace

extern const TransformType flip_vertical{
    .name = "flip_vertical",
    .label = LEMNOS_TEXT("Mirror top to bottom"),
    .summary = LEMNOS_TEXT("Mirrors pictures top to bottom. For pictures that have no up, as from a microscope."),
    .params = {{.key = "probability",
                .label = LEMNOS_TEXT("Probability"),
                .help = LEMNOS_TEXT("Share of the pictures that are mirrored."),
                .defaultValue = 0.5,
                .minimum = 0,
                .maximum = 1}},
    .apply = apply,
};

}  // namespace lemnos::transforms
