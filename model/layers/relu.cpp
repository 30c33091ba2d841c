// What is negative becomes zero: y = max(x, 0).
#include <algorithm>

#include "compute/ops/activate.h"
#include "compute/ops/activate_grad.h"
#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    return LayerShapes{in.inputs[0]};
}

void forward(LayerRecording& r) {
    r.recorder.add(Activate{r.inputs[0], r.output, {ActivationKind::relu}});
}

void backward(LayerRecording& r) {
    if (r.inputGradients[0])
        r.recorder.add(
            ActivateGrad{r.output, r.outputGradient, r.inputGradients[0], {ActivationKind::relu}, r.accumulate[0]});
}

void reference(const LayerReference& r) {
    std::transform(r.inputs[0].begin(), r.inputs[0].end(), r.output.begin(), [](double x) { return std::max(x, 0.0); });
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return out.output.size();
}

std::string onnx(LayerOnnx& o) {
    return o.nodes.add("Relu", {o.inputs[0]});
}

}  // namespace

extern const LayerType relu{
    .name = "relu",
    .label = LEMNOS_TEXT("ReLU"),
    .group = LEMNOS_TEXT("Activation"),
    .summary = LEMNOS_TEXT("Sets negative numbers to zero, so that layers in a row can learn more than one alone."),
    .backwardReadsInputs = false,
    .activation = [](const ParamMap&) { return Activation{ActivationKind::relu}; },
    .cheap = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .examples = {{{{8}}}, {{{1}}, {}, 1}, {{{37}}}, {{{3, 5, 7}}}},
};

}  // namespace lemnos::layers
