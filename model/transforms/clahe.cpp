// clahe: contrast-limited adaptive histogram equalisation (Zuiderveld 1994).
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image prepare(const Image& image, const ParamMap& params, PictureSize) {
    const int tiles = static_cast<int>(intParam(params, "tiles"));
    const auto method = cv::createCLAHE(realParam(params, "clip"), {tiles, tiles});
    return withLuma(image, [&](const cv::Mat& luma, cv::Mat& result) { method->apply(luma, result); });
}

}  // namespace

extern const TransformType clahe{
    .name = "clahe",
    .label = LEMNOS_TEXT("CLAHE"),
    .summary = LEMNOS_TEXT("Brings out details in the dark and bright parts of each picture: equalises the brightness "
                           "of tiles, with a limit to how much contrast grows."),
    .params = {{.key = "clip",
                .label = LEMNOS_TEXT("Clip limit"),
                .help = LEMNOS_TEXT("How much contrast may grow; more brings out more, noise as well."),
                .defaultValue = 2.0,
                .minimum = 0.1,
                .maximum = 40},
               {.key = "tiles",
                .label = LEMNOS_TEXT("Tiles"),
                .help = LEMNOS_TEXT("Tiles in each direction; more of them adapt to smaller parts of the picture."),
                .defaultValue = std::int64_t{8},
                .minimum = 1,
                .maximum = 64}},
    .prepare = prepare,
};

}  // namespace lemnos::transforms
