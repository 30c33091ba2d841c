// The sum of two or more values of one shape, element by element: the end of a residual block; He et al. 2016.
#include "compute/ops/add.h"

#include "compute/ops/group_broadcast.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    for (const Shape& shape : in.inputs) {
        if (shape != in.inputs[0])
            return phrasedError(
                {LEMNOS_TEXT("adds values of equal shape but gets %1 and %2; bring them to one shape, for "
                             "instance with a 1 \u00d7 1 convolution in the shorter branch"),
                 {Phrase::name(in.inputs[0].toString()), Phrase::name(shape.toString())}});
    }
    return LayerShapes{in.inputs[0]};
}

void forward(LayerRecording& r) {
    for (std::size_t i = 1; i < r.inputs.size(); ++i) {
        const bool last = i + 1 == r.inputs.size();
        r.recorder.add(Add{i == 1 ? r.inputs[0] : r.output, r.inputs[i], r.output, last ? r.activation : Activation{}});
    }
}

void backward(LayerRecording& r) {
    for (std::size_t i = 0; i < r.inputs.size(); ++i) {
        if (r.inputGradients[i])
            r.recorder.add(GroupBroadcast{r.outputGradient, r.inputGradients[i], 1, r.accumulate[i]});
    }
}

void reference(const LayerReference& r) {
    for (std::size_t j = 0; j < r.output.size(); ++j) {
        r.output[j] = 0;
        for (const auto& input : r.inputs) r.output[j] += input[j];
    }
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes& out) {
    return static_cast<std::int64_t>(in.inputs.size() - 1) * out.output.size();
}

std::string onnx(LayerOnnx& o) {
    std::string sum = o.inputs[0];
    for (std::size_t i = 1; i < o.inputs.size(); ++i) sum = o.nodes.add("Add", {sum, o.inputs[i]});
    return sum;
}

std::string pytorch(LayerPython& c) {
    std::string sum = c.x();
    for (std::size_t i = 1; i < c.inputs.size(); ++i) sum += " + " + c.inputs[i];
    return sum;
}

std::string keras(LayerPython& c) {
    return c.layer("layers.Add", "", c.list('[', ']'));
}

}  // namespace

extern const LayerType add{
    .name = "add",
    .label = LEMNOS_TEXT("Add"),
    .group = LEMNOS_TEXT("Combining"),
    .summary = LEMNOS_TEXT("Adds two or more values of the same shape; shortcuts past other layers end in it."),
    .inputCount = 2,
    .moreInputs = true,
    .backwardReadsInputs = false,
    .backwardReadsOutput = false,
    .fusesActivation = true,
    .passesGradient = true,
    .cheap = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{8}, {8}}},
                 {{{3, 5, 7}, {3, 5, 7}}, {}, 2},
                 {{{1}, {1}, {1}}, {}, 1},
                 {{{5, 6}, {5, 6}, {5, 6}, {5, 6}}, {}, 2}},
};

}  // namespace lemnos::layers
