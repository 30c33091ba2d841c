#include "compute/cpu/onednn_conv.h"

#include <algorithm>

namespace lemnos::onednn {
namespace {

constexpr auto algorithm = dnnl::algorithm::convolution_direct;

/// Pictures of `channels` channels as rows of pixels, `stride` floats apart.
dnnl::memory::desc pictures(std::int64_t batch, std::int64_t channels, std::int64_t height, std::int64_t width,
                            std::int64_t stride) {
    return strided({batch, channels, height, width}, {height * width * stride, 1, width * stride, stride});
}

/// Whether copies of the values in blocks of channels pay. Pixels of many channels are far apart, and a window of them
/// meets the same few cache sets, which costs the AVX2 kernels of oneDNN 2.6 up to half their speed.
bool blockedIsFaster(const ConvGeometry& g) {
    // The number of avx2_vnni is above those of AVX-512, to which this does not apply: copies took 6 % of resnet18.
    const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
    const bool avx2 = isa <= dnnl::cpu_isa::avx2 || isa == dnnl::cpu_isa::avx2_vnni;
    return avx2 && g.groups == 1 && g.taps() > 1 && std::min(g.inChannels, g.outChannels) >= 64;
}

/// Padding behind the last pixel that oneDNN is to assume; negative when the last windows leave some out.
std::int64_t paddingAfter(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                          std::int64_t dilation, std::int64_t before) {
    return (out - 1) * stride + dilation * (kernel - 1) + 1 - in - before;
}

}  // namespace

ConvLayout::ConvLayout(const ConvGeometry& g)
    : withPadding(g.groups == 1 || g.depthwise()),
      m_strides{g.strideHeight, g.strideWidth},
      m_dilations{g.dilationHeight - 1, g.dilationWidth - 1},
      m_before{g.padTop, g.padLeft},
      m_after{paddingAfter(g.inHeight, g.outHeight, g.kernelHeight, g.strideHeight, g.dilationHeight, g.padTop),
              paddingAfter(g.inWidth, g.outWidth, g.kernelWidth, g.strideWidth, g.dilationWidth, g.padLeft)} {
    const std::int64_t inStride = roundUp4(g.inChannels), outStride = roundUp4(g.outChannels);
    const std::int64_t in = withPadding ? inStride : g.inChannels, out = withPadding ? outStride : g.outChannels;
    const std::int64_t groups = g.depthwise() ? in : g.groups;
    x = pictures(g.batch, in, g.inHeight, g.inWidth, inStride);
    y = pictures(g.batch, out, g.outHeight, g.outWidth, outStride);
    bias = strided({out}, {1});
    dnnl::memory::dims extents{out / groups, in / groups, g.kernelHeight, g.kernelWidth};
    const std::int64_t tap = g.weightRowsPerTap() * outStride;
    dnnl::memory::dims distances{1, outStride, g.kernelWidth * tap, tap};
    if (groups > 1) {
        extents.insert(extents.begin(), groups);
        distances.insert(distances.begin(), out / groups);
    }
    weights = strided(extents, distances);
    m_weights = anyOrder(extents);
    m_x = blockedIsFaster(g) ? anyOrder(x.dims()) : x;
    m_y = blockedIsFaster(g) ? anyOrder(y.dims()) : y;
}

dnnl::convolution_forward::primitive_desc ConvLayout::forward(const Activation& activation,
                                                              const dnnl::memory::desc& withBias) const {
    return {{dnnl::prop_kind::forward_training, algorithm, m_x, m_weights, withBias, m_y, m_strides, m_dilations,
             m_before, m_after},
            attributes(1, false, activation),
            processor()};
}

dnnl::convolution_backward_data::primitive_desc ConvLayout::backwardData() const {
    return {{algorithm, m_x, m_weights, m_y, m_strides, m_dilations, m_before, m_after},
            attributes(),
            processor(),
            forward()};
}

dnnl::convolution_backward_weights::primitive_desc ConvLayout::backwardWeights() const {
    return {{algorithm, m_x, m_weights, m_y, m_strides, m_dilations, m_before, m_after},
            attributes(),
            processor(),
            forward()};
}

}  // namespace lemnos::onednn
