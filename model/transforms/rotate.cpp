// rotate: turns the picture a little about its middle.
#include "model/transforms/mat_support.h"

namespace lemnos::transforms {

namespace {

Image apply(const Image& image, const ParamMap& params, const TransformRandom& random) {
    return turnedAndScaled(image, around0(random.uniform[0], realParam(params, "degrees")), 1);
}

ParamMap atStrength(double strength) {
    return {{"degrees", 30 * strength}};
}

}  // namespace

extern const TransformType rotate{
    .name = "rotate",
    .label = LEMNOS_TEXT("Rotate"),
    .summary = LEMNOS_TEXT("Turns pictures a little, to either side."),
    .params = {{.key = "degrees",
                .label = LEMNOS_TEXT("Largest angle"),
                .help = LEMNOS_TEXT("The furthest a picture is turned, to either side; 180 turns it any way."),
                .defaultValue = 10.0,
                .minimum = 0,
                .maximum = 180,
                .unit = LEMNOS_TEXT("degrees")}},
    .apply = apply,
    .atStrength = atStrength,
};

}  // namespace lemnos::transforms
