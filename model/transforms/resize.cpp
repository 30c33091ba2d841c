// resize: brings pictures of any shape to the size they are trained at.
#include <algorithm>
#include <cmath>

#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

int scaled(int length, double factor) {
    return std::max(1, static_cast<int>(std::lround(length * factor)));
}

/// All of the picture, in the middle of a plain field.
Image fitted(const Image& image, PictureSize target, int padding) {
    const double factor = std::min(double(target.width) / image.width, double(target.height) / image.height);
    const Image inner = resized(image, std::min(target.width, scaled(image.width, factor)),
                                std::min(target.height, scaled(image.height, factor)));
    const int left = (target.width - inner.width) / 2, top = (target.height - inner.height) / 2;
    Image result{target.width, target.height, image.channels,
                 std::vector<std::uint8_t>(std::size_t(target.width) * std::size_t(target.height) *
                                           std::size_t(image.channels))};
    cv::Mat field = matOf(result);
    field.setTo(cv::Scalar::all(padding));
    matOf(inner).copyTo(field(cv::Rect(left, top, inner.width, inner.height)));
    return result;
}

/// The largest middle part of the picture that has the shape of the target.
Image covering(const Image& image, PictureSize target) {
    const double factor = std::max(double(target.width) / image.width, double(target.height) / image.height);
    const int width = std::clamp(scaled(target.width, 1 / factor), 1, image.width);
    const int height = std::clamp(scaled(target.height, 1 / factor), 1, image.height);
    const cv::Rect part((image.width - width) / 2, (image.height - height) / 2, width, height);
    Image middle{width, height, image.channels,
                 std::vector<std::uint8_t>(std::size_t(width) * std::size_t(height) * std::size_t(image.channels))};
    cv::Mat copy = matOf(middle);
    matOf(image)(part).copyTo(copy);
    return resized(middle, target.width, target.height);
}

Image prepare(const Image& image, const ParamMap& params, PictureSize target) {
    const std::string& mode = textParam(params, "mode");
    if (mode == "fit") return fitted(image, target, static_cast<int>(intParam(params, "padding")));
    if (mode == "cover") return covering(image, target);
    return resized(image, target.width, target.height);
}

}  // namespace

extern const TransformType resize{
    .name = "resize",
    .label = LEMNOS_TEXT("Resize"),
    .summary = LEMNOS_TEXT(
        "Brings pictures to the training size. What stands before it works on the whole picture, and takes longer."),
    .params = {{.key = "mode",
                .label = LEMNOS_TEXT("Mode"),
                .help =
                    LEMNOS_TEXT("\"stretch\" ignores the shape, \"fit\" keeps it and pads the rest, \"cover\" keeps "
                                "it and cuts off what is too much."),
                .defaultValue = std::string("stretch"),
                .choices = {"stretch", "fit", "cover"}},
               {.key = "padding",
                .label = LEMNOS_TEXT("Padding"),
                .help = LEMNOS_TEXT("Grey value of what \"fit\" adds, from 0 (black) to 255 (white)."),
                .defaultValue = std::int64_t{0},
                .minimum = 0,
                .maximum = 255,
                .advanced = true}},
    .prepare = prepare,
};

}  // namespace lemnos::transforms
