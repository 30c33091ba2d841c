// ReLU that lets a little through where the input is negative: y = x > 0 ? x : alpha x; Maas et al. 2013.
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType leaky_relu = activationLayer<ActivationKind::leakyRelu>({
    .name = "leaky_relu",
    .label = LEMNOS_TEXT("Leaky ReLU"),
    .summary = LEMNOS_TEXT("Makes negative numbers smaller instead of zero, so that no unit stops learning for good."),
    .params = {alphaParam(LEMNOS_TEXT("Slope"),
                          LEMNOS_TEXT("Factor of negative numbers; 0 is plain ReLU, 1 changes nothing."), 0.01)},
    .onnx =
        [](LayerOnnx& o) {
            return o.nodes.add("LeakyRelu", {o.inputs[0]},
                               {{"alpha", static_cast<float>(realParam(o.params, "alpha"))}});
        },
    .pytorch =
        [](LayerPython& c) {
            return "F.leaky_relu(" + c.x() + ", " + pythonNumber(realParam(c.params, "alpha")) + ")";
        },
    .keras =
        [](LayerPython& c) {
            return c.layer("layers.LeakyReLU", "negative_slope=" + pythonNumber(realParam(c.params, "alpha")), c.x());
        },
    .moreExamples = {{{{9}}, {{"alpha", 0.0}}}, {{{5}}, {{"alpha", 0.75}}}},
});

}  // namespace lemnos::layers
