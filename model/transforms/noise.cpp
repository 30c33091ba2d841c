// noise: the grain of a sensor in poor light.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    const double deviation = random.uniform[0] * realParam(params, "deviation");
    if (deviation <= 0) return image;
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    cv::Mat grain(image.height, image.width, CV_16SC(image.channels));
    cv::RNG(random.seed).fill(grain, cv::RNG::NORMAL, 0, deviation);
    cv::add(matOf(image), grain, target, cv::noArray(), CV_8U);
    return result;
}

}  // namespace

extern const TransformType noise{
    .name = "noise",
    .label = LEMNOS_TEXT("Noise"),
    .summary = LEMNOS_TEXT("Adds grain, as from a camera in poor light."),
    .params = {{.key = "deviation",
                .label = LEMNOS_TEXT("Most noise"),
                .help = LEMNOS_TEXT("Standard deviation of the strongest noise, where pixels go from 0 to 255."),
                .defaultValue = 10.0,
                .minimum = 0,
                .maximum = 128}},
    .apply = apply,
};

}  // namespace lemnos::transforms
