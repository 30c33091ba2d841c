// ReLU with an upper end: y = min(max(x, 0), 6); Howard et al. 2017 (MobileNets).
#include "model/layers/activation_support.h"

namespace lemnos::layers {

extern const LayerType relu6 = activationLayer<ActivationKind::relu6>({
    .name = "relu6",
    .label = LEMNOS_TEXT("ReLU6"),
    .summary = LEMNOS_TEXT("Sets negative numbers to zero and those above six to six; common in small networks."),
    .onnx =
        [](LayerOnnx& o) {
            return o.nodes.add("Clip", {o.inputs[0], o.nodes.number(0.0f), o.nodes.number(6.0f)});
        },
});

}  // namespace lemnos::layers
