// max_pool and average_pool.
#pragma once

#include <algorithm>
#include <limits>

#include "compute/ops/pool.h"
#include "compute/ops/pool_grad.h"
#include "model/layers/window_support.h"
#include "model/phrased_error.h"

namespace lemnos::layers {

/// What one of them has of its own.
struct PoolTexts {
    std::string_view name, label, summary;
    std::string (*onnx)(LayerOnnx&) = nullptr;
    std::string (*pytorch)(LayerPython&) = nullptr;
    std::string (*keras)(LayerPython&) = nullptr;
};

inline Result<ConvGeometry> poolGeometry(const ParamMap& params, const Shape& input) {
    const std::int64_t size = intParam(params, "size"), stride = intParam(params, "stride");
    const Window window{.height = size,
                        .width = size,
                        .stride = stride == 0 ? size : stride,
                        .padding = textParam(params, "padding"),
                        .pixels = intParam(params, "padding_pixels")};
    if (window.padding == "number" && window.pixels >= size)
        return phrasedError(
            {LEMNOS_TEXT("would have windows in the padding alone; choose less padding than the size %1"),
             {Phrase::name(std::to_string(size))}});
    TRY(ConvGeometry geometry, windowGeometry(input, window));
    geometry.groups = geometry.inChannels;
    return geometry;
}

/// One output value: `x` is the channel's first pixel in a sample.
inline double pooled(const double* x, const ConvGeometry& g, PoolKind kind, std::int64_t oy, std::int64_t ox) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    int count = 0;
    for (std::int64_t ky = 0; ky < g.kernelHeight; ++ky) {
        for (std::int64_t kx = 0; kx < g.kernelWidth; ++kx) {
            const std::int64_t y = oy * g.strideHeight - g.padTop + ky, column = ox * g.strideWidth - g.padLeft + kx;
            if (y < 0 || y >= g.inHeight || column < 0 || column >= g.inWidth) continue;
            const double value = x[(y * g.inWidth + column) * g.inChannels];
            largest = std::max(largest, value);
            sum += value;
            ++count;
        }
    }
    return kind == PoolKind::max ? largest : sum / count;
}

inline void poolReference(const LayerReference& r, PoolKind kind) {
    const ConvGeometry g = *poolGeometry(r.params, r.inputShapes[0]);
    double* out = r.output.data();
    for (std::int64_t n = 0; n < r.batch; ++n) {
        const double* x = r.inputs[0].data() + n * r.inputShapes[0].size();
        for (std::int64_t oy = 0; oy < g.outHeight; ++oy)
            for (std::int64_t ox = 0; ox < g.outWidth; ++ox)
                for (std::int64_t c = 0; c < g.outChannels; ++c) *out++ = pooled(x + c, g, kind, oy, ox);
    }
}

/// A geometry with the batch of the recording.
inline ConvGeometry poolGeometry(const LayerRecording& r) {
    ConvGeometry geometry = *poolGeometry(r.params, r.inputShapes[0]);
    geometry.batch = r.batch;
    return geometry;
}

inline std::string poolOnnx(LayerOnnx& o, const char* name) {
    const ConvGeometry g = *poolGeometry(o.params, o.inputShapes[0]);
    std::vector<OnnxAttribute> attributes = windowAttributes(g);
    if (symmetricPadding(g))
        attributes.push_back({"pads", std::vector{g.padTop, g.padLeft, g.padTop, g.padLeft}});
    else
        attributes.push_back({"auto_pad", std::string("SAME_UPPER")});
    return o.nodes.add(name, {o.inputs[0]}, attributes);
}

/// PyTorch pads by half a window at most, and by the same on opposite sides.
inline bool poolPadsItself(const ConvGeometry& g) {
    return symmetricPadding(g) && 2 * g.padTop <= g.kernelHeight && 2 * g.padLeft <= g.kernelWidth;
}

/// "3, stride=2", and the padding where PyTorch does it.
inline std::string poolPytorch(const ConvGeometry& g) {
    std::string text = std::to_string(g.kernelHeight);
    if (g.strideHeight != g.kernelHeight) text += ", stride=" + std::to_string(g.strideHeight);
    if (poolPadsItself(g) && (g.padTop > 0 || g.padLeft > 0)) text += ", padding=" + pythonPair(g.padTop, g.padLeft);
    return text;
}

/// Of the Keras layers.
inline std::string poolKeras(const LayerPython& c, const ConvGeometry& g) {
    std::string text = std::to_string(g.kernelHeight);
    if (g.strideHeight != g.kernelHeight) text += ", strides=" + std::to_string(g.strideHeight);
    return text + (textParam(c.params, "padding") == "same" ? ", padding=\"same\"" : "");
}

/// A value with as many pixels on every side as the padding "number" says.
inline std::string poolPaddedKeras(const std::string& x, const LayerPython& c, const std::string& value) {
    const std::string p = std::to_string(intParam(c.params, "padding_pixels"));
    const std::string pair = "(" + p + ", " + p + ")";
    return "ops.pad(" + x + ", ((0, 0), " + pair + ", " + pair + ", (0, 0))" + value + ")";
}

inline bool poolPadsByNumber(const LayerPython& c) {
    return textParam(c.params, "padding") == "number" && intParam(c.params, "padding_pixels") > 0;
}

inline std::vector<Param> poolParams() {
    std::vector<Param> list = {{.key = "size",
                                .label = LEMNOS_TEXT("Size"),
                                .help = LEMNOS_TEXT("Pixels of a window in height and width."),
                                .defaultValue = std::int64_t{2},
                                .minimum = 1,
                                .maximum = 1024,
                                .unit = LEMNOS_TEXT("pixels")},
                               {.key = "stride",
                                .label = LEMNOS_TEXT("Stride"),
                                .help = LEMNOS_TEXT("Pixels from one window to the next; 0 means as many as its size."),
                                .defaultValue = std::int64_t{0},
                                .minimum = 0,
                                .maximum = 1024}};
    for (Param& param : paddingParams("valid")) list.push_back(std::move(param));
    return list;
}

inline std::vector<LayerExample> poolExamples() {
    const auto n = [](std::int64_t value) { return ParamValue(value); };
    return {{{{4, 6, 4}}, {}, 2},
            {{{5, 7, 3}}, {}, 3},
            {{{5, 7, 3}}, {{"padding", "same"}}, 2},
            {{{6, 5, 5}}, {{"size", n(3)}, {"stride", n(2)}, {"padding", "same"}}, 2},
            {{{6, 5, 1}}, {{"size", n(3)}, {"stride", n(1)}, {"padding", "number"}, {"padding_pixels", n(1)}}, 1},
            {{{7, 7, 2}}, {{"size", n(2)}, {"stride", n(3)}}, 1},
            {{{3, 3, 17}}, {{"size", n(3)}}, 1},
            {{{1, 1, 1}}, {{"size", n(1)}}, 1}};
}

/// The descriptor of the layer that takes the largest or the mean value.
template <PoolKind kind>
LayerType poolLayer(const PoolTexts& texts) {
    constexpr bool readsValues = kind == PoolKind::max;
    return {
        .name = texts.name,
        .label = texts.label,
        .group = LEMNOS_TEXT("Pooling"),
        .summary = texts.summary,
        .params = poolParams(),
        .backwardReadsInputs = readsValues,
        .backwardReadsOutput = readsValues,
        .cheap = true,
        .shapes = [](const LayerInput& in) -> Result<LayerShapes> {
            TRY(const ConvGeometry g, poolGeometry(in.params, in.inputs[0]));
            return LayerShapes{Shape{g.outHeight, g.outWidth, g.outChannels}};
        },
        .forward =
            [](LayerRecording& r) {
                r.recorder.add(Pool{.x = r.inputs[0], .y = r.output, .geometry = poolGeometry(r), .kind = kind});
            },
        .backward =
            [](LayerRecording& r) {
                if (r.inputGradients[0])
                    r.recorder.add(PoolGrad{.x = readsValues ? r.inputs[0] : Tensor{},
                                            .y = readsValues ? r.output : Tensor{},
                                            .dY = r.outputGradient,
                                            .dX = r.inputGradients[0],
                                            .geometry = poolGeometry(r),
                                            .kind = kind,
                                            .accumulate = r.accumulate[0]});
            },
        .reference = [](const LayerReference& r) { poolReference(r, kind); },
        .multiplyAdds = [](const LayerInput& in, const LayerShapes& out) -> std::int64_t {
            return out.output.size() * intParam(in.params, "size") * intParam(in.params, "size");
        },
        .onnx = texts.onnx,
        .pytorch = texts.pytorch,
        .keras = texts.keras,
        .examples = poolExamples(),
    };
}

}  // namespace lemnos::layers
