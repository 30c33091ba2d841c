// ConvLayout: a convolution of ours as oneDNN sees it.
#pragma once

#include "compute/cpu/onednn.h"
#include "compute/ops/conv_geometry.h"

namespace lemnos::onednn {

/// Without groups and depthwise, padding channels take part as channels whose values and weights are zero, so that
/// oneDNN sees dense values. In other groups they can't, and are cleared afterwards.
struct ConvLayout {
    explicit ConvLayout(const ConvGeometry& g);

    dnnl::convolution_forward::primitive_desc forward(const Activation& activation = {},
                                                      const dnnl::memory::desc& bias = {}) const;
    dnnl::convolution_backward_data::primitive_desc backwardData() const;
    dnnl::convolution_backward_weights::primitive_desc backwardWeights() const;

    bool withPadding;  ///< padding channels take part
    dnnl::memory::desc x, y, bias;
    dnnl::memory::desc weights;  ///< as they lie in our memory
    dnnl::memory::desc anyWeights;
    dnnl::memory::dims strides, dilations, before, after;
};

}  // namespace lemnos::onednn
