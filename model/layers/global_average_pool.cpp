// The mean of every channel over all pixels, or of every feature over all tokens; Lin et al. 2014, section 3.2.
#include "compute/ops/group_broadcast.h"
#include "compute/ops/group_sum.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    const Shape& input = in.inputs[0];
    if (input.rank() < 2)
        return phrasedError(
            {LEMNOS_TEXT("needs a picture or a list of tokens but gets %1; put it before the layer that "
                         "flattens, or remove it"),
             {Phrase::name(input.toString())}});
    return LayerShapes{Shape{input.columns()}};
}

float share(const LayerRecording& r) {
    return 1.0f / static_cast<float>(r.inputShapes[0].rows());
}

void forward(LayerRecording& r) {
    r.recorder.add(GroupSum{.a = r.inputs[0], .y = r.output, .scale = share(r)});
}

void backward(LayerRecording& r) {
    if (r.inputGradients[0])
        r.recorder.add(GroupBroadcast{r.outputGradient, r.inputGradients[0], share(r), r.accumulate[0]});
}

void reference(const LayerReference& r) {
    const std::int64_t rows = r.inputShapes[0].rows(), columns = r.inputShapes[0].columns();
    for (std::int64_t n = 0; n < r.batch; ++n) {
        for (std::int64_t j = 0; j < columns; ++j) {
            double sum = 0;
            for (std::int64_t i = 0; i < rows; ++i)
                sum += r.inputs[0][static_cast<std::size_t>((n * rows + i) * columns + j)];
            r.output[static_cast<std::size_t>(n * columns + j)] = sum / static_cast<double>(rows);
        }
    }
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes&) {
    return in.inputs[0].size();
}

std::string onnx(LayerOnnx& o) {
    if (o.inputShapes[0].rank() == 3) {
        const std::string mean = o.nodes.add("GlobalAveragePool", {o.inputs[0]});
        return o.nodes.add("Flatten", {mean}, {{"axis", std::int64_t{1}}});
    }
    return o.nodes.add("ReduceMean", {o.inputs[0]},
                       {{"axes", std::vector<std::int64_t>{1}}, {"keepdims", std::int64_t{0}}});
}

std::string pytorch(LayerPython& c) {
    return c.x() + (c.inputShapes[0].rank() == 3 ? ".mean((2, 3))" : ".mean(1)");
}

std::string keras(LayerPython& c) {
    const bool picture = c.inputShapes[0].rank() == 3;
    return c.layer(picture ? "layers.GlobalAveragePooling2D" : "layers.GlobalAveragePooling1D", "", c.x());
}

}  // namespace

extern const LayerType global_average_pool{
    .name = "global_average_pool",
    .label = LEMNOS_TEXT("Global average pooling"),
    .group = LEMNOS_TEXT("Pooling"),
    .summary = LEMNOS_TEXT("Takes the mean of every channel over the whole picture; a list of numbers remains."),
    .backwardReadsInputs = false,
    .backwardReadsOutput = false,
    .cheap = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{4, 4, 8}}}, {{{3, 5, 7}}, {}, 2}, {{{1, 1, 1}}, {}, 1}, {{{6, 5}}}, {{{1, 3}}, {}, 1}},
};

}  // namespace lemnos::layers
