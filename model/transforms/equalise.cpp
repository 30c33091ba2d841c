// equalise: spreads the brightness of each picture over the whole range.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image prepare(const Image& image, const ParamMap&, PictureSize) {
    return withLuma(image, [](const cv::Mat& luma, cv::Mat& result) { cv::equalizeHist(luma, result); });
}

}  // namespace

extern const TransformType equalise{
    .name = "equalise",
    .label = LEMNOS_TEXT("Equalise"),
    .summary = LEMNOS_TEXT("Histogram equalisation: spreads the brightness of each picture over the whole range, so "
                           "that dark and bright ones look alike."),
    .prepare = prepare,
};

}  // namespace lemnos::transforms
