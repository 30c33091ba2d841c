// Two-dimensional convolution: every output pixel is a weighted sum of the pixels around it.
#include "model/layers/convolution_support.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<ConvGeometry> geometryOf(const ParamMap& params, const Shape& input) {
    TRY(ConvGeometry geometry, windowGeometry(input, {.height = intParam(params, "kernel_height"),
                                                      .width = intParam(params, "kernel_width"),
                                                      .stride = intParam(params, "stride"),
                                                      .dilation = intParam(params, "dilation"),
                                                      .padding = textParam(params, "padding"),
                                                      .pixels = intParam(params, "padding_pixels")}));
    const std::int64_t filters = intParam(params, "filters"), groups = intParam(params, "groups");
    geometry.outChannels = filters == 0 ? geometry.inChannels : filters;
    geometry.groups = groups == 0 ? geometry.inChannels : groups;
    for (const auto& [count, text] :
         {std::pair{geometry.inChannels,
                    LEMNOS_TEXT("can't split %1 input channels into %2 equal groups; choose a number of groups that "
                                "divides them, or 0 groups and 0 filters for one filter per channel")},
          std::pair{geometry.outChannels,
                    LEMNOS_TEXT("can't split %1 filters into %2 equal groups; choose a number of groups that divides "
                                "them, or 0 groups and 0 filters for one filter per channel")}}) {
        if (count % geometry.groups != 0)
            return phrasedError(
                {text, {Phrase::name(std::to_string(count)), Phrase::name(std::to_string(geometry.groups))}});
    }
    return geometry;
}

/// Of settings that shapes() has accepted.
ConvGeometry geometryOf(const auto& r) {
    return *geometryOf(r.params, r.inputShapes[0]);
}

Result<LayerShapes> shapes(const LayerInput& in) {
    TRY(const ConvGeometry g, geometryOf(in.params, in.inputs[0]));
    return LayerShapes{Shape{g.outHeight, g.outWidth, g.outChannels},
                       convolutionWeights(g, boolParam(in.params, "bias"), Initialiser::heNormal)};
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes&) {
    return static_cast<std::int64_t>(geometryOf(in.params, in.inputs[0])->multiplyAdds());
}

Param extentParam(std::string key, std::string label, std::string help, std::int64_t defaultValue) {
    return {.key = std::move(key),
            .label = std::move(label),
            .help = std::move(help),
            .defaultValue = defaultValue,
            .minimum = 1,
            .maximum = 1024};
}

std::vector<Param> params() {
    std::vector<Param> list = {
        {.key = "filters",
         .label = LEMNOS_TEXT("Filters"),
         .help = LEMNOS_TEXT("Number of output channels; more can learn more, and takes more time and memory. 0 means "
                             "as many as there are input channels."),
         .defaultValue = std::int64_t{32},
         .minimum = 0,
         .maximum = 65536},
        extentParam("kernel_height", LEMNOS_TEXT("Kernel height"), LEMNOS_TEXT("Rows of pixels that a filter sees."),
                    3),
        extentParam("kernel_width", LEMNOS_TEXT("Kernel width"), LEMNOS_TEXT("Columns of pixels that a filter sees."),
                    3),
        extentParam("stride", LEMNOS_TEXT("Stride"),
                    LEMNOS_TEXT("Pixels from one window to the next; 2 halves height and width."), 1)};
    for (Param& param : paddingParams("same")) list.push_back(std::move(param));
    list.push_back(extentParam("dilation", LEMNOS_TEXT("Dilation"),
                               LEMNOS_TEXT("Distance between the pixels that a filter sees; 2 leaves out every other "
                                           "one and so sees farther."),
                               1));
    list.back().advanced = true;
    list.push_back({.key = "groups",
                    .label = LEMNOS_TEXT("Groups"),
                    .help = LEMNOS_TEXT("Splits the channels into groups that do not see each other, which is cheaper. "
                                        "0 means one group per channel (depthwise)."),
                    .defaultValue = std::int64_t{1},
                    .minimum = 0,
                    .maximum = 65536,
                    .advanced = true});
    list.push_back(
        {.key = "bias",
         .label = LEMNOS_TEXT("Bias"),
         .help = LEMNOS_TEXT("Adds a learnt number to every channel; needless right before a normalisation."),
         .defaultValue = true,
         .advanced = true});
    return list;
}

LayerExample example(Shape input, std::int64_t filters, std::int64_t kernel, ParamMap more = {},
                     std::int64_t batch = 2) {
    more.insert({{"filters", filters}, {"kernel_height", kernel}, {"kernel_width", kernel}});
    return {{input}, std::move(more), batch};
}

std::vector<LayerExample> examples() {
    const auto n = [](std::int64_t value) { return ParamValue(value); };
    return {example({5, 6, 3}, 4, 3),
            example({1, 1, 1}, 1, 1, {}, 1),
            example({4, 4, 5}, 7, 1, {{"bias", false}}, 3),
            example({6, 5, 2}, 3, 3, {{"stride", n(2)}}),
            example({7, 6, 3}, 5, 2, {{"padding", "valid"}, {"stride", n(3)}}),
            example({6, 7, 1}, 2, 4, {{"dilation", n(2)}}),
            example({5, 5, 3}, 2, 3, {{"padding", "number"}, {"padding_pixels", n(2)}}),
            example({4, 5, 6}, 9, 3, {{"groups", n(3)}}),
            example({5, 4, 8}, 4, 3, {{"groups", n(2)}, {"bias", false}}),
            example({5, 5, 7}, 0, 3, {{"groups", n(0)}}),
            example({6, 6, 4}, 0, 3, {{"groups", n(0)}, {"stride", n(2)}, {"bias", false}}),
            example({4, 3, 3}, 6, 3, {{"groups", n(0)}}),
            {{{4, 9, 2}}, {{"filters", n(3)}, {"kernel_height", n(1)}, {"kernel_width", n(5)}, {"stride", n(2)}}, 1}};
}

}  // namespace

extern const LayerType conv2d{
    .name = "conv2d",
    .label = LEMNOS_TEXT("Convolution"),
    .group = LEMNOS_TEXT("Convolution"),
    .summary = LEMNOS_TEXT("Finds small patterns everywhere in a picture with filters that it learns."),
    .params = params(),
    .backwardReadsOutput = false,
    .fusesActivation = true,
    .learns = true,
    .shapes = shapes,
    .forward = [](LayerRecording& r) { convolutionForward(r, geometryOf(r)); },
    .backward = [](LayerRecording& r) { convolutionBackward(r, geometryOf(r)); },
    .reference = [](const LayerReference& r) { convolutionReference(r, geometryOf(r)); },
    .multiplyAdds = multiplyAdds,
    .onnx = [](LayerOnnx& o) { return convolutionOnnx(o, geometryOf(o)); },
    .pytorch = [](LayerPython& c) { return convolutionPytorch(c, geometryOf(c), boolParam(c.params, "bias")); },
    .keras =
        [](LayerPython& c) {
            return convolutionKeras(c, geometryOf(c), boolParam(c.params, "bias"), textParam(c.params, "padding"),
                                    intParam(c.params, "padding_pixels"));
        },
    .examples = examples(),
};

}  // namespace lemnos::layers
