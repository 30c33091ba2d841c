// ConvGeometry: extents of a two-dimensional convolution or pooling.
#pragma once

#include <cstdint>

#include "compute/ops/op.h"

namespace lemnos {

/// Values are matrices of one pixel a row, batch x height x width rows, channels as columns. Output pixel (y, x) sees
/// the input pixels (y strideHeight - padTop + ky dilationHeight, x strideWidth - padLeft + kx dilationWidth); those
/// outside do not exist.
struct ConvGeometry {
    std::int64_t batch = 1;
    std::int64_t inHeight = 1, inWidth = 1, inChannels = 1;
    std::int64_t outHeight = 1, outWidth = 1, outChannels = 1;
    std::int64_t kernelHeight = 1, kernelWidth = 1;
    std::int64_t strideHeight = 1, strideWidth = 1;
    std::int64_t padTop = 0, padLeft = 0;
    std::int64_t dilationHeight = 1, dilationWidth = 1;
    std::int64_t groups = 1;  ///< divides both channel counts

    std::int64_t inRows() const { return batch * inHeight * inWidth; }
    std::int64_t outRows() const { return batch * outHeight * outWidth; }
    std::int64_t taps() const { return kernelHeight * kernelWidth; }
    /// Input channels that one output channel sees.
    std::int64_t groupChannels() const { return inChannels / groups; }
    bool depthwise() const { return groups > 1 && groups == inChannels && groups == outChannels; }

    /// Rows of the weight matrix between two taps: groupChannels(), without groups rounded up to four, so that the
    /// channels of a pixel and their weights have equal places. The rows between are zero.
    std::int64_t weightRowsPerTap() const { return groups == 1 ? roundUp4(inChannels) : groupChannels(); }
    std::int64_t weightRows() const { return taps() * weightRowsPerTap(); }

    double multiplyAdds() const {
        return static_cast<double>(outRows()) * static_cast<double>(outChannels) *
               static_cast<double>(taps() * groupChannels());
    }

    bool isInput(const Tensor& t) const { return t && t.rows == inRows() && t.columns == inChannels; }
    bool isOutput(const Tensor& t) const { return t && t.rows == outRows() && t.columns == outChannels; }
    /// Row (ky kernelWidth + kx) weightRowsPerTap() + c, column = output channel: the weight of input channel c of the
    /// output channel's group.
    bool isWeight(const Tensor& t) const { return t && t.rows == weightRows() && t.columns == outChannels; }

    bool valid() const {
        return batch > 0 && inHeight > 0 && inWidth > 0 && inChannels > 0 && outHeight > 0 && outWidth > 0 &&
               outChannels > 0 && kernelHeight > 0 && kernelWidth > 0 && strideHeight > 0 && strideWidth > 0 &&
               padTop >= 0 && padLeft >= 0 && dilationHeight > 0 && dilationWidth > 0 && groups > 0 &&
               inChannels % groups == 0 && outChannels % groups == 0;
    }
};

}  // namespace lemnos
