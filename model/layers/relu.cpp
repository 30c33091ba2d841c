// What is negative becomes zero: y = max(x, 0).
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType relu = activationLayer<ActivationKind::relu>({
    .name = "relu",
    .label = LEMNOS_TEXT("ReLU"),
    .summary = LEMNOS_TEXT("Sets negative numbers to zero, so that layers in a row can learn more than one alone."),
    .onnx = [](LayerOnnx& o) { return o.nodes.add("Relu", {o.inputs[0]}); },
    .pytorch = [](LayerPython& c) { return "F.relu(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"relu\"", c.x()); },
});

}  // namespace lemnos::layers
