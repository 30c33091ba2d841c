// flip_vertical: turns some pictures upside down.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    return flipped(image, params, random, 0);
}

}  // namespace

extern const TransformType flip_vertical{
    .name = "flip_vertical",
    .label = LEMNOS_TEXT("Mirror top to bottom"),
    .summary = LEMNOS_TEXT("Mirrors pictures top to bottom. For pictures that have no up, as from a microscope."),
    .params = {mirrorProbability()},
    .apply = apply,
};

}  // namespace lemnos::transforms
