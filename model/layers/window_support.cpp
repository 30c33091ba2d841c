#include "model/layers/window_support.h"
#include "model/phrased_error.h"

#include <algorithm>

namespace lemnos::layers {
namespace {

/// One axis of a window.
struct Axis {
    std::int64_t out = 0, padBefore = 0;
};

Result<Axis> axisOf(std::int64_t in, std::int64_t size, const Window& window, const char* tooLarge) {
    const std::int64_t reach = (size - 1) * window.dilation + 1;
    Axis axis;
    if (window.padding == "same") {
        axis.out = (in + window.stride - 1) / window.stride;
        axis.padBefore = std::max<std::int64_t>((axis.out - 1) * window.stride + reach - in, 0) / 2;
        return axis;
    }
    axis.padBefore = window.padding == "number" ? window.pixels : 0;
    const std::int64_t padded = in + 2 * axis.padBefore;
    if (padded < reach)
        return phrasedError(
            {tooLarge,
             {Phrase::name(std::to_string(reach)),
              axis.padBefore > 0 ? Phrase{LEMNOS_TEXT("%1 with padding"), {Phrase::name(std::to_string(in))}}
                                 : Phrase::name(std::to_string(in))}});
    axis.out = (padded - reach) / window.stride + 1;
    return axis;
}

/// What of the last window lies beyond the end of the input.
std::int64_t padAfter(std::int64_t in, std::int64_t out, std::int64_t size, std::int64_t stride, std::int64_t dilation,
                      std::int64_t padBefore) {
    return std::max<std::int64_t>((out - 1) * stride + (size - 1) * dilation + 1 - padBefore - in, 0);
}

}  // namespace

std::vector<Param> paddingParams(std::string defaultChoice) {
    return {{.key = "padding",
             .label = LEMNOS_TEXT("Padding"),
             .help = LEMNOS_TEXT("What lies around the picture: 'same' adds as much as keeps its size (divided by the "
                                 "stride), 'valid' adds nothing, 'number' adds the pixels given below."),
             .defaultValue = std::move(defaultChoice),
             .choices = {"same", "valid", "number"}},
            {.key = "padding_pixels",
             .label = LEMNOS_TEXT("Padding in pixels"),
             .help = LEMNOS_TEXT("Pixels added on every side when the padding is 'number'."),
             .defaultValue = std::int64_t{0},
             .minimum = 0,
             .maximum = 1024,
             .advanced = true}};
}

Result<ConvGeometry> windowGeometry(const Shape& input, const Window& window) {
    if (input.rank() != 3)
        return phrasedError(
            {LEMNOS_TEXT("needs a picture (height \u00d7 width \u00d7 channels) but gets %1; put it before "
                         "the layer that flattens"),
             {Phrase::name(input.toString())}});
    TRY(const Axis vertical,
        axisOf(input[0], window.height, window,
               LEMNOS_TEXT("has a window of height %1, which is larger than its input's %2; lower the size or the "
                           "dilation, or choose the padding 'same'")));
    TRY(const Axis horizontal,
        axisOf(input[1], window.width, window,
               LEMNOS_TEXT("has a window of width %1, which is larger than its input's %2; lower the size or the "
                           "dilation, or choose the padding 'same'")));
    return ConvGeometry{.inHeight = input[0],
                        .inWidth = input[1],
                        .inChannels = input[2],
                        .outHeight = vertical.out,
                        .outWidth = horizontal.out,
                        .outChannels = input[2],
                        .kernelHeight = window.height,
                        .kernelWidth = window.width,
                        .strideHeight = window.stride,
                        .strideWidth = window.stride,
                        .padTop = vertical.padBefore,
                        .padLeft = horizontal.padBefore,
                        .dilationHeight = window.dilation,
                        .dilationWidth = window.dilation};
}

std::int64_t padBottom(const ConvGeometry& g) {
    return padAfter(g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.dilationHeight, g.padTop);
}

std::int64_t padRight(const ConvGeometry& g) {
    return padAfter(g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.dilationWidth, g.padLeft);
}

bool symmetricPadding(const ConvGeometry& g) {
    return padBottom(g) <= g.padTop && padRight(g) <= g.padLeft;
}

std::vector<OnnxAttribute> windowAttributes(const ConvGeometry& g) {
    std::vector<OnnxAttribute> attributes = {{"kernel_shape", std::vector{g.kernelHeight, g.kernelWidth}},
                                             {"strides", std::vector{g.strideHeight, g.strideWidth}}};
    if (g.dilationHeight > 1 || g.dilationWidth > 1)
        attributes.push_back({"dilations", std::vector{g.dilationHeight, g.dilationWidth}});
    return attributes;
}

std::string paddedPytorch(const std::string& x, const ConvGeometry& g, const std::string& value) {
    const std::int64_t pads[] = {g.padLeft, padRight(g), g.padTop, padBottom(g)};
    std::string text;
    for (const std::int64_t pad : pads) text += (text.empty() ? "" : ", ") + std::to_string(pad);
    return "F.pad(" + x + ", (" + text + ")" + (value.empty() ? "" : ", value=" + value) + ")";
}

}  // namespace lemnos::layers
