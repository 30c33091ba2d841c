// Exponential linear unit: y = x > 0 ? x : alpha (exp(x) - 1); Clevert et al. 2016, eq. 15.
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType elu = activationLayer<ActivationKind::elu>({
    .name = "elu",
    .label = LEMNOS_TEXT("ELU"),
    .summary = LEMNOS_TEXT("Bends negative numbers smoothly towards a lower end, which keeps the mean near zero."),
    .params = {alphaParam(LEMNOS_TEXT("Lower end"),
                          LEMNOS_TEXT("How far below zero large negative numbers end up; 0 is plain ReLU."), 1.0)},
    .onnx =
        [](LayerOnnx& o) {
            return o.nodes.add("Elu", {o.inputs[0]}, {{"alpha", static_cast<float>(realParam(o.params, "alpha"))}});
        },
    .pytorch =
        [](LayerPython& c) { return "F.elu(" + c.x() + ", " + pythonNumber(realParam(c.params, "alpha")) + ")"; },
    .keras =
        [](LayerPython& c) {
            return c.layer("layers.ELU", "alpha=" + pythonNumber(realParam(c.params, "alpha")), c.x());
        },
    .moreExamples = {{{{9}}, {{"alpha", 0.0}}}, {{{5}}, {{"alpha", 0.5}}}},
});

}  // namespace lemnos::layers
