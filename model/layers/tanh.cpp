// Squeezes every number to between -1 and 1: y = (exp(x) - exp(-x)) / (exp(x) + exp(-x)).
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType tanh = activationLayer<ActivationKind::tanh>({
    .name = "tanh",
    .label = LEMNOS_TEXT("Tanh"),
    .summary = LEMNOS_TEXT("Squeezes every number to between -1 and 1."),
    .onnx = [](LayerOnnx& o) { return o.nodes.add("Tanh", {o.inputs[0]}); },
    .pytorch = [](LayerPython& c) { return "torch.tanh(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"tanh\"", c.x()); },
});

}  // namespace lemnos::layers
