// Turns each row of scores into probabilities. As the last layer it carries the sparse categorical cross-entropy loss.
#include "compute/ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "compute/ops/softmax_grad.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    if (in.inputs[0].rank() > 2)
        return phrasedError(
            {LEMNOS_TEXT("needs a list of numbers but gets %1; put a flatten and a dense layer before it"),
             {Phrase::name(in.inputs[0].toString())}});
    return LayerShapes{in.inputs[0]};
}

void forward(LayerRecording& r) {
    r.recorder.add(Softmax{r.inputs[0], r.output});
}

void backward(LayerRecording& r) {
    if (r.inputGradients[0])
        r.recorder.add(SoftmaxGrad{r.output, r.outputGradient, r.inputGradients[0], r.accumulate[0]});
}

void reference(const LayerReference& r) {
    const auto n = static_cast<std::size_t>(r.outputShape.columns());
    for (std::size_t i = 0; i < r.output.size() / n; ++i) {
        const auto x = r.inputs[0].subspan(i * n, n);
        const double largest = *std::max_element(x.begin(), x.end());
        double sum = 0;
        for (const double v : x) sum += std::exp(v - largest);
        for (std::size_t j = 0; j < n; ++j) r.output[i * n + j] = std::exp(x[j] - largest) / sum;
    }
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return 3 * out.output.size();
}

std::string onnx(LayerOnnx& o) {
    return o.nodes.add("Softmax", {o.inputs[0]}, {{"axis", std::int64_t{o.inputShapes[0].rank()}}});
}

std::string pytorch(LayerPython& c) {
    return "torch.softmax(" + c.x() + ", -1)";
}

std::string keras(LayerPython& c) {
    return c.layer("layers.Softmax", "", c.x());
}

}  // namespace

extern const LayerType softmax{
    .name = "softmax",
    .label = LEMNOS_TEXT("Softmax"),
    .group = LEMNOS_TEXT("Activation"),
    .summary = LEMNOS_TEXT("Turns scores into probabilities that add up to one; every classifier ends with it."),
    .backwardReadsInputs = false,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{8}}}, {{{1}}, {}, 1}, {{{10}}, {}, 5}, {{{131}}, {}, 2}, {{{3, 7}}, {}, 2}},
};

}  // namespace lemnos::layers
