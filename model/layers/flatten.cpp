// Turns a picture into one long vector: row by row, pixel by pixel, channel by channel.
#include <algorithm>

#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    return LayerShapes{Shape{in.inputs[0].size()}};
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

}  // namespace

extern const LayerType flatten{
    .name = "flatten",
    .label = LEMNOS_TEXT("Flatten"),
    .group = LEMNOS_TEXT("Core"),
    .summary = LEMNOS_TEXT("Turns a picture into one long list of numbers."),
    .aliasesInput = true,
    .shapes = shapes,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .examples = {{{{5, 3, 3}}}, {{{1, 1, 1}}}, {{{7}}}},
};

}  // namespace lemnos::layers
