// flip_horizontal: mirrors some pictures left to right.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    return flipped(image, params, random, 1);
}

}  // namespace

extern const TransformType flip_horizontal{
    .name = "flip_horizontal",
    .label = LEMNOS_TEXT("Mirror"),
    .summary = LEMNOS_TEXT("Mirrors pictures left to right. Leave it out where left and right mean something."),
    .params = {mirrorProbability()},
    .apply = apply,
};

}  // namespace lemnos::transforms
