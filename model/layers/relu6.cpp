// ReLU with an upper end: y = min(max(x, 0), 6); Howard et al. 2017 (MobileNets).
#include "model/layers/activation_support.h"

namespace lemnos::layers {
namespace {

std::string onnx(LayerOnnx& o) {
    // 6 min(max(x / 6, 0), 1): OpenCV 4.6 does not read Clip as opset 13 has it.
    const std::string share = o.nodes.add("HardSigmoid", {o.inputs[0]}, {{"alpha", 1.0f / 6}, {"beta", 0.0f}});
    return o.nodes.add("Mul", {share, o.nodes.number(6.0f)});
}

}  // namespace

extern const LayerType relu6 = activationLayer<ActivationKind::relu6>({
    .name = "relu6",
    .label = LEMNOS_TEXT("ReLU6"),
    .summary = LEMNOS_TEXT("Sets negative numbers to zero and those above six to six; common in small networks."),
    .onnx = onnx,
    .pytorch = [](LayerPython& c) { return "F.relu6(" + c.x() + ")"; },
    .keras = [](LayerPython& c) { return c.layer("layers.Activation", "\"relu6\"", c.x()); },
});

}  // namespace lemnos::layers
