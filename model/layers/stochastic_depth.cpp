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
    .pytorch =
        [](LayerPython& c) {
            c.helper = R"(
class StochasticDepth(nn.Module):
    """Leaves out a whole branch for random pictures while training."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        keep = torch.rand(x.shape[0], *[1] * (x.ndim - 1), device=x.device) >= self.rate
        return x * keep / (1 - self.rate)
)";
            c.module = "StochasticDepth(" + ratePython(c) + ")";
            return c.call(c.x());
        },
    .keras =
        [](LayerPython& c) {
            std::string shape = "(None";
            for (int i = 0; i < c.outputShape.rank(); ++i) shape += ", 1";
            return c.layer("layers.Dropout", ratePython(c) + ", noise_shape=" + shape + ")", c.x());
        },
});

}  // namespace lemnos::layers
