#include "model/layers/convolution_support.h"

#include "compute/ops/column_sum.h"
#include "compute/ops/conv2d.h"
#include "compute/ops/conv2d_grad_input.h"
#include "compute/ops/conv2d_grad_weight.h"

namespace lemnos::layers {

std::vector<WeightShape> convolutionWeights(const ConvGeometry& g, bool bias, Initialiser initialiser) {
    std::vector<WeightShape> weights = {{.name = "weight",
                                         .rows = g.weightRows(),
                                         .columns = g.outChannels,
                                         .initialiser = initialiser,
                                         .dims = {g.kernelHeight, g.kernelWidth, g.groupChannels(), g.outChannels},
                                         .padRows = g.groups == 1,
                                         .fanIn = g.taps() * g.groupChannels(),
                                         .fanOut = g.taps() * g.outChannels / g.groups,
                                         .onnxOrder = {3, 2, 0, 1}}};
    if (bias)
        weights.push_back(
            {.name = "bias", .rows = 1, .columns = g.outChannels, .dims = {g.outChannels}, .role = WeightRole::bias});
    return weights;
}

void convolutionForward(LayerRecording& r, ConvGeometry geometry) {
    geometry.batch = r.batch;
    r.recorder.add(Conv2d{.x = r.inputs[0],
                          .weights = r.weights[0],
                          .y = r.output,
                          .geometry = geometry,
                          .bias = r.weights.size() > 1 ? r.weights[1] : Tensor{},
                          .activation = r.activation});
}

void convolutionBackward(LayerRecording& r, ConvGeometry geometry) {
    geometry.batch = r.batch;
    if (r.weightGradients[0])
        r.recorder.add(Conv2dGradWeight{.x = r.inputs[0],
                                        .dY = r.outputGradient,
                                        .dWeights = r.weightGradients[0],
                                        .geometry = geometry,
                                        .accumulate = r.accumulateWeights});
    if (r.weightGradients.size() > 1 && r.weightGradients[1])
        r.recorder.add(ColumnSum{r.outputGradient, r.weightGradients[1], r.accumulateWeights});
    if (r.inputGradients[0])
        r.recorder.add(Conv2dGradInput{.dY = r.outputGradient,
                                       .weights = r.weights[0],
                                       .dX = r.inputGradients[0],
                                       .geometry = geometry,
                                       .accumulate = r.accumulate[0]});
}

namespace {

/// One output value without its bias: `x` is one sample.
double convolved(std::span<const double> x, std::span<const double> w, const ConvGeometry& g, std::int64_t oy,
                 std::int64_t ox, std::int64_t o) {
    const std::int64_t channels = g.groupChannels(), first = o / (g.outChannels / g.groups) * channels;
    double sum = 0;
    for (std::int64_t ky = 0; ky < g.kernelHeight; ++ky) {
        for (std::int64_t kx = 0; kx < g.kernelWidth; ++kx) {
            const std::int64_t y = oy * g.strideHeight - g.padTop + ky * g.dilationHeight;
            const std::int64_t column = ox * g.strideWidth - g.padLeft + kx * g.dilationWidth;
            if (y < 0 || y >= g.inHeight || column < 0 || column >= g.inWidth) continue;
            const double* pixel = x.data() + (y * g.inWidth + column) * g.inChannels + first;
            const double* tap = w.data() + (ky * g.kernelWidth + kx) * channels * g.outChannels + o;
            for (std::int64_t c = 0; c < channels; ++c) sum += pixel[c] * tap[c * g.outChannels];
        }
    }
    return sum;
}

}  // namespace

void convolutionReference(const LayerReference& r, const ConvGeometry& g) {
    const auto inSize = static_cast<std::size_t>(r.inputShapes[0].size());
    double* out = r.output.data();
    for (std::size_t n = 0; n < static_cast<std::size_t>(r.batch); ++n) {
        const auto x = r.inputs[0].subspan(n * inSize, inSize);
        for (std::int64_t oy = 0; oy < g.outHeight; ++oy) {
            for (std::int64_t ox = 0; ox < g.outWidth; ++ox) {
                for (std::int64_t o = 0; o < g.outChannels; ++o) {
                    const double bias = r.weights.size() > 1 ? r.weights[1][static_cast<std::size_t>(o)] : 0;
                    *out++ = bias + convolved(x, r.weights[0], g, oy, ox, o);
                }
            }
        }
    }
}

std::string convolutionOnnx(LayerOnnx& o, const ConvGeometry& g) {
    std::vector<OnnxAttribute> attributes = windowAttributes(g);
    attributes.push_back({"group", g.groups});
    std::vector<std::string> inputs = o.weights;
    if (symmetricPadding(g)) {
        attributes.push_back({"pads", std::vector{g.padTop, g.padLeft, g.padTop, g.padLeft}});
        inputs.insert(inputs.begin(), o.inputs[0]);
    } else {
        // OpenCV convolves with symmetric padding only.
        const std::vector<std::int64_t> pads = {0, 0, g.padTop, g.padLeft, 0, 0, padBottom(g), padRight(g)};
        inputs.insert(inputs.begin(), o.nodes.add("Pad", {o.inputs[0], o.nodes.integers(pads)}));
    }
    return o.nodes.add("Conv", inputs, attributes);
}

std::string convolutionPytorch(LayerPython& c, const ConvGeometry& g, bool bias) {
    const bool symmetric = symmetricPadding(g), padded = g.padTop > 0 || g.padLeft > 0;
    c.module = "nn.Conv2d(" + std::to_string(g.inChannels) + ", " + std::to_string(g.outChannels) + ", " +
               pythonPair(g.kernelHeight, g.kernelWidth);
    if (g.strideHeight > 1) c.module += ", stride=" + pythonPair(g.strideHeight, g.strideWidth);
    if (symmetric && padded) c.module += ", padding=" + pythonPair(g.padTop, g.padLeft);
    if (g.dilationHeight > 1) c.module += ", dilation=" + pythonPair(g.dilationHeight, g.dilationWidth);
    if (g.groups > 1) c.module += ", groups=" + std::to_string(g.groups);
    c.module += bias ? ")" : ", bias=False)";
    return c.call(symmetric ? c.x() : paddedPytorch(c.x(), g));
}

std::string convolutionKeras(LayerPython& c, const ConvGeometry& g, bool bias, const std::string& padding,
                             std::int64_t pixels) {
    std::string input = c.x();
    if (padding == "number" && pixels > 0)
        input = "layers.ZeroPadding2D(" + std::to_string(pixels) + ")(" + input + ")";
    // Where every channel has its own filters there is a layer of its own, which also runs where groups do not.
    const bool depthwise = g.groups == g.inChannels && g.groups > 1;
    std::string arguments = depthwise ? "" : std::to_string(g.outChannels) + ", ";
    arguments += pythonPair(g.kernelHeight, g.kernelWidth);
    if (g.strideHeight > 1) arguments += ", strides=" + pythonPair(g.strideHeight, g.strideWidth);
    if (padding == "same") arguments += ", padding=\"same\"";
    if (g.dilationHeight > 1) arguments += ", dilation_rate=" + pythonPair(g.dilationHeight, g.dilationWidth);
    if (depthwise && g.outChannels > g.inChannels)
        arguments += ", depth_multiplier=" + std::to_string(g.outChannels / g.inChannels);
    if (!depthwise && g.groups > 1) arguments += ", groups=" + std::to_string(g.groups);
    if (!bias) arguments += ", use_bias=False";
    return c.layer(depthwise ? "layers.DepthwiseConv2D" : "layers.Conv2D", arguments, input);
}

}  // namespace lemnos::layers
