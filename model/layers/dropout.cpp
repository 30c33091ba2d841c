// Drops single values; Srivastava et al. 2014.
#include "model/layers/dropout_support.h"

namespace lemnos::layers {

extern const LayerType dropout = dropoutLayer<DropoutUnit::element>({
    .name = "dropout",
    .label = LEMNOS_TEXT("Dropout"),
    .summary =
        LEMNOS_TEXT("Sets random values to zero while training, so that the network does not rely on single ones."),
    .rate = rateParam(LEMNOS_TEXT("Share of the values that are set to zero; more guards better against learning by "
                                  "heart, and learns slower."),
                      0.25),
    .pytorch =
        [](LayerPython& c) {
            c.module = "nn.Dropout(" + ratePython(c) + ")";
            return c.call(c.x());
        },
    .keras = [](LayerPython& c) { return c.layer("layers.Dropout", ratePython(c), c.x()); },
});

}  // namespace lemnos::layers
