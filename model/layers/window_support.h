// What convolutions and poolings share: a window that moves over a picture.
#pragma once

#include "compute/ops/conv_geometry.h"
#include "model/layers/layer.h"

namespace lemnos::layers {

/// The settings of a window, and how the edge of the picture is treated.
struct Window {
    std::int64_t height = 1, width = 1;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    std::string padding;      ///< "same", "valid" or "number", see paddingParams()
    std::int64_t pixels = 0;  ///< of padding on every side, with "number"
};

/// "padding" and "padding_pixels".
std::vector<Param> paddingParams(std::string defaultChoice);

/// Extents of what the window gives for a picture, with batch 1, one group and as many output channels as input
/// channels; or what is wrong. "same": the output has ceil(extent / stride) pixels, and where the padding that this
/// takes is odd, the extra pixel is at the bottom and the right, as in TensorFlow and ONNX (SAME_UPPER).
Result<ConvGeometry> windowGeometry(const Shape& input, const Window& window);

/// Whether the padding is equal on opposite sides (what the window leaves over at the end does not count).
bool symmetricPadding(const ConvGeometry& geometry);
/// Pixels of padding that the windows reach at the bottom and the right.
std::int64_t padBottom(const ConvGeometry& geometry);
std::int64_t padRight(const ConvGeometry& geometry);

/// kernel_shape, strides and, where they are not one, dilations.
std::vector<OnnxAttribute> windowAttributes(const ConvGeometry& geometry);

/// The padding of PyTorch written out, for where it is not equal on opposite sides: F.pad(x, (left, right, top,
/// bottom)). `value` is what is put there, "" for zero.
std::string paddedPytorch(const std::string& x, const ConvGeometry& geometry, const std::string& value = {});

}  // namespace lemnos::layers
