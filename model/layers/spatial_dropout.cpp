// Drops whole channels; Tompson et al. 2015.
#include "model/layers/dropout_support.h"

namespace lemnos::layers {

extern const LayerType spatial_dropout = dropoutLayer<DropoutUnit::channel>({
    .name = "spatial_dropout",
    .label = LEMNOS_TEXT("Spatial dropout"),
    .summary = LEMNOS_TEXT("Sets random channels of a picture to zero while training; single pixels would be guessed "
                           "from their neighbours."),
    .rate = rateParam(LEMNOS_TEXT("Share of the channels that are set to zero; more guards better against learning by "
                                  "heart, and learns slower."),
                      0.1),
});

}  // namespace lemnos::layers
