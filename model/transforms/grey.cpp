// grey: takes the colour out of pictures.
#include "model/transforms/transform.h"

namespace lemnos::transforms {

namespace {

Image prepare(const Image& image, const ParamMap&, PictureSize) {
    return toChannels(toChannels(image, 1), image.channels);
}

}  // namespace

extern const TransformType grey{
    .name = "grey",
    .label = LEMNOS_TEXT("Grey"),
    .summary = LEMNOS_TEXT("Takes the colour away, where it says nothing about the class. Pictures are then trained "
                           "with one channel, unless three are asked for."),
    .prepare = prepare,
};

}  // namespace lemnos::transforms
