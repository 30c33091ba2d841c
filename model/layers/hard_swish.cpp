// Swish in straight pieces: y = x min(max(x + 3, 0), 6) / 6; Howard et al. 2019 (MobileNetV3).
#include "model/layers/activation_support.h"

namespace lemnos::layers {
namespace {

std::string onnx(LayerOnnx& o) {
    // There is a node of this name from opset 14 on only.
    const std::string gate = o.nodes.add("HardSigmoid", {o.inputs[0]}, {{"alpha", 1.0f / 6}, {"beta", 0.5f}});
    return o.nodes.add("Mul", {o.inputs[0], gate});
}

}  // namespace

extern const LayerType hard_swish = activationLayer<ActivationKind::hardSwish>({
    .name = "hard_swish",
    .label = LEMNOS_TEXT("Hard swish"),
    .summary = LEMNOS_TEXT("Like SiLU but made of straight pieces, which is quicker; usual in MobileNetV3."),
    .onnx = onnx,
    .pytorch = [](LayerPython& c) { return "F.hardswish(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"hard_silu\"", c.x()); },
});

}  // namespace lemnos::layers
