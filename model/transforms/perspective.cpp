// perspective: the picture as seen from a little aside.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    const double strength = realParam(params, "strength");
    if (strength <= 0) return image;
    const auto width = static_cast<float>(image.width), height = static_cast<float>(image.height);
    const cv::Point2f corners[4] = {{0, 0}, {width, 0}, {width, height}, {0, height}};
    const auto across = more(random, 0), down = more(random, 1);
    cv::Point2f moved[4];
    for (std::size_t i = 0; i < 4; ++i) {
        // Corners move inwards, by less than half the picture, so that they never cross.
        const auto x = static_cast<float>(across[i] * strength / 2) * width;
        const auto y = static_cast<float>(down[i] * strength / 2) * height;
        moved[i] = {corners[i].x == 0 ? x : width - x, corners[i].y == 0 ? y : height - y};
    }
    // What the moved corners enclose fills the picture.
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    cv::warpPerspective(matOf(image), target, cv::getPerspectiveTransform(moved, corners), target.size(),
                        cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return result;
}

ParamMap atStrength(double strength) {
    return {{"strength", 0.5 * strength}};
}

}  // namespace

extern const TransformType perspective{
    .name = "perspective",
    .label = LEMNOS_TEXT("Perspective"),
    .summary = LEMNOS_TEXT("Shows pictures as if seen from a little aside."),
    .params = {{.key = "strength",
                .label = LEMNOS_TEXT("Strength"),
                .help = LEMNOS_TEXT("How far corners move inwards, as a share of half the width and height."),
                .defaultValue = 0.2,
                .minimum = 0,
                .maximum = 0.9}},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
