// denoise: smooths away noise.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

/// Differences in colour up to about this count as noise to the bilateral filter (Tomasi and Manduchi 1998).
constexpr double noiseLevels = 30;

Image prepare(const Image& image, const ParamMap& params, PictureSize) {
    const int radius = static_cast<int>(intParam(params, "radius"));
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    if (textParam(params, "method") == "median") {
        cv::medianBlur(matOf(image), target, 2 * radius + 1);
    } else {
        cv::bilateralFilter(matOf(image), target, 2 * radius + 1, noiseLevels, radius, cv::BORDER_REPLICATE);
    }
    return result;
}

}  // namespace

extern const TransformType denoise{
    .name = "denoise",
    .label = LEMNOS_TEXT("Denoise"),
    .summary = LEMNOS_TEXT("Smooths away noise. Put before the resize it works on the whole picture, which is slower."),
    .params = {{.key = "method",
                .label = LEMNOS_TEXT("Method"),
                .help = LEMNOS_TEXT("\"median\" removes single wrong pixels; \"bilateral\" smooths surfaces and keeps "
                                    "edges."),
                .defaultValue = std::string("median"),
                .choices = {"median", "bilateral"}},
               {.key = "radius",
                .label = LEMNOS_TEXT("Radius"),
                .help = LEMNOS_TEXT("How far around each pixel is looked; more smooths more."),
                .defaultValue = std::int64_t{1},
                .minimum = 1,
                .maximum = 7,
                .unit = LEMNOS_TEXT("px")}},
    .prepare = prepare,
};

}  // namespace lemnos::transforms
