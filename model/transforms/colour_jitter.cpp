// colour_jitter: other light: brightness, contrast, saturation and hue change a little.
#include <cmath>

#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

constexpr int hueLevels = 256;  // a full turn of the colour wheel, as OpenCV's "full" conversions count

/// v x brightness, then away from or towards the mean brightness of the picture.
void changeLight(cv::Mat& picture, double brightness, double contrast) {
    const cv::Scalar sums = cv::mean(picture);
    const double mean =
        brightness * (picture.channels() == 1 ? sums[0] : 0.299 * sums[0] + 0.587 * sums[1] + 0.114 * sums[2]);
    picture.convertTo(picture, -1, brightness * contrast, mean * (1 - contrast));
}

void changeSaturation(cv::Mat& picture, double factor) {
    cv::Mat grey, colourless;
    cv::cvtColor(picture, grey, cv::COLOR_RGB2GRAY);
    cv::cvtColor(grey, colourless, cv::COLOR_GRAY2RGB);
    cv::addWeighted(picture, factor, colourless, 1 - factor, 0, picture);
}

void turnHue(cv::Mat& picture, int levels) {
    if (levels % hueLevels == 0) return;
    cv::Mat hsv, hue;
    cv::cvtColor(picture, hsv, cv::COLOR_RGB2HSV_FULL);
    cv::extractChannel(hsv, hue, 0);
    for (int y = 0; y < hue.rows; ++y) {
        for (int x = 0; x < hue.cols; ++x)
            hue.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(hue.at<std::uint8_t>(y, x) + levels);  // modulo 256
    }
    cv::insertChannel(hue, hsv, 0);
    cv::cvtColor(hsv, picture, cv::COLOR_HSV2RGB_FULL);
}

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    Image result = image;
    cv::Mat picture = matOf(result);
    const auto factor = [&](int i, const char* key) { return 1 + around0(random.uniform[i], realParam(params, key)); };
    changeLight(picture, factor(0, "brightness"), factor(1, "contrast"));
    if (image.channels == 1) return result;
    if (realParam(params, "saturation") > 0) changeSaturation(picture, factor(2, "saturation"));
    turnHue(picture, static_cast<int>(std::lround(around0(random.uniform[3], realParam(params, "hue")) * hueLevels)));
    return result;
}

ParamMap atStrength(double strength) {
    return {{"brightness", 0.8 * strength},
            {"contrast", 0.8 * strength},
            {"saturation", 0.8 * strength},
            {"hue", 0.1 * strength}};
}

Param share(const char* key, const char* label, const char* help, double value, double maximum) {
    return {.key = key, .label = label, .help = help, .defaultValue = value, .minimum = 0, .maximum = maximum};
}

}  // namespace

extern const TransformType colour_jitter{
    .name = "colour_jitter",
    .label = LEMNOS_TEXT("Colour jitter"),
    .summary = LEMNOS_TEXT("Changes the light a little: brightness, contrast, saturation and hue."),
    .params = {share("brightness", LEMNOS_TEXT("Brightness"),
                     LEMNOS_TEXT("0.2 makes pictures up to a fifth darker or brighter."), 0.2, 1),
               share("contrast", LEMNOS_TEXT("Contrast"),
                     LEMNOS_TEXT("0.2 takes up to a fifth of the contrast away, or adds as much."), 0.2, 1),
               share("saturation", LEMNOS_TEXT("Saturation"),
                     LEMNOS_TEXT("0.2 makes colours up to a fifth paler or stronger."), 0.2, 1),
               share("hue", LEMNOS_TEXT("Hue"),
                     LEMNOS_TEXT("How far colours move around the colour wheel, as a share of a full turn."), 0.02,
                     0.5)},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
