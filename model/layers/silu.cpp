// Sigmoid linear unit, also swish: y = x / (1 + exp(-x)); Elfwing et al. 2017, Ramachandran et al. 2017.
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType silu = activationLayer<ActivationKind::silu>({
    .name = "silu",
    .label = LEMNOS_TEXT("SiLU (swish)"),
    .summary = LEMNOS_TEXT("A smooth ReLU that dips slightly below zero; usual in EfficientNets."),
    .onnx =
        [](LayerOnnx& o) {
            return o.nodes.add("Mul", {o.inputs[0], o.nodes.add("Sigmoid", {o.inputs[0]})});
        },
    .pytorch = [](LayerPython& c) { return "F.silu(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"silu\"", c.x()); },
});

}  // namespace lemnos::layers
