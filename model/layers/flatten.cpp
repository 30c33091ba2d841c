// Turns a picture into one long vector: row by row, pixel by pixel, channel by channel.
#include <algorithm>

#include "compute/ops/repack.h"
#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    return LayerShapes{Shape{in.inputs[0].size()}};
}

/// Where no row has padding, or there is one row only, the numbers lie in the order of the vector already.
bool canAlias(const LayerInput& in) {
    return in.inputs[0].rows() == 1 || in.inputs[0].columns() % 4 == 0;
}

void forward(LayerRecording& r) {
    r.recorder.add(Repack{r.inputs[0], r.output});
}

void backward(LayerRecording& r) {
    if (r.inputGradients[0]) r.recorder.add(Repack{r.outputGradient, r.inputGradients[0], r.accumulate[0]});
}

void reference(const LayerReference& r) {
    std::copy(r.inputs[0].begin(), r.inputs[0].end(), r.output.begin());
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes&) {
    return 0;
}

std::string onnx(LayerOnnx& o) {
    std::string value = o.inputs[0];
    // Pictures are NCHW in ONNX; our vectors run through height, width, channels.
    if (o.inputShapes[0].rank() == 3 && o.inputShapes[0][2] > 1)
        value = o.nodes.add("Transpose", {value}, {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}});
    return o.nodes.add("Flatten", {value}, {{"axis", std::int64_t{1}}});
}

std::string pytorch(LayerPython& c) {
    // Pictures have their channels first there; our vectors run through height, width, channels.
    if (c.inputShapes[0].rank() == 1) return c.x();
    return c.x() + (c.inputShapes[0].rank() == 3 ? ".permute(0, 2, 3, 1)" : "") + ".flatten(1)";
}

std::string keras(LayerPython& c) {
    return c.layer("layers.Flatten", "", c.x());
}

}  // namespace

extern const LayerType flatten{
    .name = "flatten",
    .label = LEMNOS_TEXT("Flatten"),
    .group = LEMNOS_TEXT("Core"),
    .summary = LEMNOS_TEXT("Turns a picture into one long list of numbers."),
    .aliasesInput = true,
    .canAlias = canAlias,
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
    .examples = {{{{5, 3, 3}}}, {{{4, 7, 1}}}, {{{2, 3, 8}}}, {{{1, 1, 1}}}, {{{1, 1, 5}}}, {{{7}}}, {{{5, 6}}, {}, 2}},
};

}  // namespace lemnos::layers
