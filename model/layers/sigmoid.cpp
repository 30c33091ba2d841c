// Squeezes every number to between 0 and 1: y = 1 / (1 + exp(-x)).
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType sigmoid = activationLayer<ActivationKind::sigmoid>({
    .name = "sigmoid",
    .label = LEMNOS_TEXT("Sigmoid"),
    .summary = LEMNOS_TEXT("Squeezes every number to between 0 and 1; good for gates, slow to learn in deep networks."),
    .onnx = [](LayerOnnx& o) { return o.nodes.add("Sigmoid", {o.inputs[0]}); },
    .pytorch = [](LayerPython& c) { return "torch.sigmoid(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"sigmoid\"", c.x()); },
});

}  // namespace lemnos::layers
