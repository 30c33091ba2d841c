// Drops the whole value of a sample; Huang et al. 2016.
#include "model/layers/dropout_support.h"

namespace lemnos::layers {

extern const LayerType stochastic_depth = dropoutLayer<DropoutUnit::sample>({
    .name = "stochastic_depth",
    .label = LEMNOS_TEXT("Stochastic depth"),
    .summary = LEMNOS_TEXT("Leaves out a whole branch for random pictures while training; put it at the end of a "
                           "branch, right before an add layer."),
    .rate =
        rateParam(LEMNOS_TEXT("Share of the pictures for which the branch is left out; higher in deeper layers."), 0.1),
});

}  // namespace lemnos::layers
