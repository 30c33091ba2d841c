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
    .pytorch =
        [](LayerPython& c) {
            const char* const types[] = {"nn.Dropout(", "nn.Dropout1d(", "nn.Dropout2d("};
            const int rank = c.outputShape.rank();
            c.module = types[rank - 1] + ratePython(c) + ")";
            return rank == 2 ? c.call(c.x() + ".transpose(1, 2)") + ".transpose(1, 2)" : c.call(c.x());
        },
    .keras =
        [](LayerPython& c) {
            const char* const types[] = {"layers.Dropout", "layers.SpatialDropout1D", "layers.SpatialDropout2D"};
            return c.layer(types[c.outputShape.rank() - 1], ratePython(c), c.x());
        },
});

}  // namespace lemnos::layers
