// scale: makes what is in the picture a little larger or smaller.
#include <cmath>

#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    // As often larger as smaller: the logarithm of the factor is what is spread evenly.
    return turnedAndScaled(image, 0, std::exp(around0(random.uniform[0], std::log1p(realParam(params, "range")))));
}

ParamMap atStrength(double strength) {
    return {{"range", 0.5 * strength}};
}

}  // namespace

extern const TransformType scale{
    .name = "scale",
    .label = LEMNOS_TEXT("Scale"),
    .summary = LEMNOS_TEXT("Makes what is in the picture a little larger or smaller."),
    .params = {{.key = "range",
                .label = LEMNOS_TEXT("Range"),
                .help = LEMNOS_TEXT("0.2 goes from 1.2 times smaller to 1.2 times larger."),
                .defaultValue = 0.15,
                .minimum = 0,
                .maximum = 3}},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
