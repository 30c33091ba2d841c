// Layers that are a convolution: conv2d and patch_embedding.
#pragma once

#include "model/layers/window_support.h"

namespace lemnos::layers {

/// "weight" {kernel height, kernel width, channels of a group, output channels} and, if asked for, "bias".
std::vector<WeightShape> convolutionWeights(const ConvGeometry& geometry, bool bias, Initialiser initialiser);

/// `geometry` has batch 1 in all of these.
void convolutionForward(LayerRecording& r, ConvGeometry geometry);
void convolutionBackward(LayerRecording& r, ConvGeometry geometry);
void convolutionReference(const LayerReference& r, const ConvGeometry& geometry);
std::string convolutionOnnx(LayerOnnx& o, const ConvGeometry& geometry);

/// The convolution itself in PyTorch, with `bias` or without.
std::string convolutionPytorch(LayerPython& c, const ConvGeometry& g, bool bias);
/// In Keras, which knows our kinds of padding; `pixels` goes with "number".
std::string convolutionKeras(LayerPython& c, const ConvGeometry& g, bool bias, const std::string& padding,
                             std::int64_t pixels);

}  // namespace lemnos::layers
