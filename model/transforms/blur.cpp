// blur: some pictures out of focus.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

constexpr double smallestSigma = 0.1;  // below, no pixel changes

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    if (random.uniform[0] >= realParam(params, "probability")) return image;
    const double sigma = random.uniform[1] * realParam(params, "sigma");
    if (sigma < smallestSigma) return image;
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    cv::GaussianBlur(matOf(image), target, {}, sigma, sigma, cv::BORDER_REPLICATE);
    return result;
}

ParamMap atStrength(double strength) {
    return {{"probability", 1.0}, {"sigma", 2 * strength}};
}

}  // namespace

extern const TransformType blur{
    .name = "blur",
    .label = LEMNOS_TEXT("Blur"),
    .summary = LEMNOS_TEXT("Shows some pictures out of focus."),
    .params = {{.key = "probability",
                .label = LEMNOS_TEXT("Probability"),
                .help = LEMNOS_TEXT("Share of the pictures that are blurred."),
                .defaultValue = 0.3,
                .minimum = 0,
                .maximum = 1},
               {.key = "sigma",
                .label = LEMNOS_TEXT("Largest blur"),
                .help = LEMNOS_TEXT("Standard deviation of the widest blur, in pixels of the training size."),
                .defaultValue = 1.0,
                .minimum = 0,
                .maximum = 20,
                .unit = LEMNOS_TEXT("px")}},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
