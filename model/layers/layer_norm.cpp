// The features of every token, or the channels of every pixel, to mean 0 and variance 1; Ba et al. 2016.
#include "model/layers/group_norm_support.h"

namespace lemnos::layers {
namespace {

/// Each row by itself.
constexpr NormGroups single{1, 1};

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return 3 * out.output.size();
}

std::string pytorch(LayerPython& c) {
    c.module = "nn.LayerNorm(" + std::to_string(c.outputShape.columns()) +
               ", eps=" + pythonNumber(realParam(c.params, "epsilon")) + ")";
    if (c.outputShape.rank() < 3) return c.call(c.x());
    return c.call(c.x() + ".permute(0, 2, 3, 1)") + ".permute(0, 3, 1, 2)";
}

std::string keras(LayerPython& c) {
    return c.layer("layers.LayerNormalization", "epsilon=" + pythonNumber(realParam(c.params, "epsilon")), c.x());
}

}  // namespace

extern const LayerType layer_norm{
    .name = "layer_norm",
    .label = LEMNOS_TEXT("Layer normalisation"),
    .group = LEMNOS_TEXT("Normalisation"),
    .summary = LEMNOS_TEXT("Brings the numbers of each token or pixel to a like range; usual in transformers."),
    .params = {epsilonParam()},
    .backwardReadsOutput = false,
    .learns = true,
    .cheap = true,
    .shapes = [](const LayerInput& in) -> Result<LayerShapes> { return groupNormShapes(in.inputs[0], single); },
    .forward = [](LayerRecording& r) { groupNormForward(r, single); },
    .backward = [](LayerRecording& r) { groupNormBackward(r, single); },
    .reference = [](const LayerReference& r) { groupNormReference(r, single); },
    .multiplyAdds = multiplyAdds,
    .onnx = [](LayerOnnx& o) { return groupNormOnnx(o, single); },
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{5, 8}}, {}, 2},
                 {{{3, 7}}, {{"epsilon", 0.25}}, 3},
                 {{{9}}, {}, 4},
                 {{{2, 3, 5}}, {}, 2},
                 {{{1, 16}}, {}, 1}},
};

}  // namespace lemnos::layers
