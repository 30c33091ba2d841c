// Cuts a picture into square patches and turns each into a vector: a convolution with stride = kernel; Dosovitskiy et
// al. 2021 (ViT), section 3.1.
#include "model/layers/convolution_support.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<ConvGeometry> geometryOf(const ParamMap& params, const Shape& input) {
    const std::int64_t size = intParam(params, "size");
    if (input.rank() == 3 && (input[0] % size != 0 || input[1] % size != 0))
        return phrasedError(
            {LEMNOS_TEXT(
                 "can't cut a picture of %1 \u00d7 %2 pixels into patches of %3 \u00d7 %3; choose a patch size that "
                 "divides height and width, or another picture size"),
             {Phrase::name(std::to_string(input[0])), Phrase::name(std::to_string(input[1])),
              Phrase::name(std::to_string(size))}});
    TRY(ConvGeometry geometry,
        windowGeometry(input, {.height = size, .width = size, .stride = size, .padding = "valid"}));
    geometry.outChannels = intParam(params, "width");
    return geometry;
}

/// Of settings that shapes() has accepted.
ConvGeometry geometryOf(const auto& r) {
    return *geometryOf(r.params, r.inputShapes[0]);
}

Result<LayerShapes> shapes(const LayerInput& in) {
    TRY(const ConvGeometry g, geometryOf(in.params, in.inputs[0]));
    return LayerShapes{Shape{g.outHeight * g.outWidth, g.outChannels},
                       convolutionWeights(g, true, Initialiser::glorotUniform)};
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes&) {
    return static_cast<std::int64_t>(geometryOf(in.params, in.inputs[0])->multiplyAdds());
}

std::string onnx(LayerOnnx& o) {
    const std::string picture = convolutionOnnx(o, geometryOf(o));
    const std::string lists =
        o.nodes.add("Reshape", {picture, o.nodes.integers({0, o.outputShape[1], o.outputShape[0]})});
    return o.nodes.add("Transpose", {lists}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
}

std::string pytorch(LayerPython& c) {
    return convolutionPytorch(c, geometryOf(c), true) + ".flatten(2).transpose(1, 2)";
}

std::string keras(LayerPython& c) {
    const std::string size = std::to_string(c.outputShape[0]) + ", " + std::to_string(c.outputShape[1]);
    return "layers.Reshape((" + size + "))(" + convolutionKeras(c, geometryOf(c), true, "valid", 0) + ")";
}

}  // namespace

extern const LayerType patch_embedding{
    .name = "patch_embedding",
    .label = LEMNOS_TEXT("Patch embedding"),
    .group = LEMNOS_TEXT("Attention"),
    .summary = LEMNOS_TEXT("Cuts a picture into patches and turns each into a token, as a transformer needs them."),
    .params = {{.key = "size",
                .label = LEMNOS_TEXT("Patch size"),
                .help = LEMNOS_TEXT("Pixels of a patch in height and width; smaller patches show more detail and take "
                                    "more time and memory."),
                .defaultValue = std::int64_t{4},
                .minimum = 1,
                .maximum = 1024,
                .unit = LEMNOS_TEXT("pixels")},
               {.key = "width",
                .label = LEMNOS_TEXT("Width"),
                .help = LEMNOS_TEXT("Numbers per token; more can learn more, and takes more time and memory."),
                .defaultValue = std::int64_t{128},
                .minimum = 1,
                .maximum = 65536}},
    .backwardReadsOutput = false,
    .fusesActivation = true,
    .learns = true,
    .shapes = shapes,
    .forward = [](LayerRecording& r) { convolutionForward(r, geometryOf(r)); },
    .backward = [](LayerRecording& r) { convolutionBackward(r, geometryOf(r)); },
    .reference = [](const LayerReference& r) { convolutionReference(r, geometryOf(r)); },
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{4, 6, 3}}, {{"size", std::int64_t{2}}, {"width", std::int64_t{8}}}, 2},
                 {{{3, 3, 1}}, {{"size", std::int64_t{3}}, {"width", std::int64_t{5}}}, 3},
                 {{{2, 3, 5}}, {{"size", std::int64_t{1}}, {"width", std::int64_t{1}}}, 1}},
};

}  // namespace lemnos::layers
