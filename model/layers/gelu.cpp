// Gaussian error linear unit: y = x (1 + erf(x / sqrt(2))) / 2; Hendrycks & Gimpel 2016.
#include "model/layers/activation_support.h"

namespace lemnos::layers {
namespace {

std::string onnx(LayerOnnx& o) {
    // There is a node of this name from opset 20 on only.
    const std::string root = o.nodes.add("Mul", {o.inputs[0], o.nodes.number(0.70710678f)});
    const std::string error = o.nodes.add("Erf", {root});
    const std::string sum = o.nodes.add("Add", {error, o.nodes.number(1.0f)});
    const std::string share = o.nodes.add("Mul", {sum, o.nodes.number(0.5f)});
    return o.nodes.add("Mul", {o.inputs[0], share});
}

}  // namespace

extern const LayerType gelu = activationLayer<ActivationKind::gelu>({
    .name = "gelu",
    .label = LEMNOS_TEXT("GELU"),
    .summary = LEMNOS_TEXT("A smooth ReLU that dips slightly below zero; usual in transformers."),
    .onnx = onnx,
    .pytorch = [](LayerPython& c) { return "F.gelu(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"gelu\"", c.x()); },
});

}  // namespace lemnos::layers
