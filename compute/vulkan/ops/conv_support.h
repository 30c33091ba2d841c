// What the convolution ops share on Vulkan devices.
#pragma once

#include <numeric>

#include "compute/ops/conv_geometry.h"
#include "compute/vulkan/ops/product_support.h"

namespace lemnos {

/// Which source pixels a result pixel is made of: the push constants of gather.glsl, which says what they mean.
struct Gather {
    std::uint32_t pixels = 0;
    std::uint32_t gridHeight = 0, gridWidth = 0, firstY = 0, firstX = 0, stepY = 1, stepX = 1;
    std::int32_t strideY = 1, strideX = 1, originY = 0, originX = 0, tapY = 1, tapX = 1;
    std::uint32_t tapsY = 0, tapsX = 0, firstTap = 0, weightTapY = 0, weightTapX = 1;
    std::uint32_t sourceHeight = 0, sourceWidth = 0, sourceQuads = 0;
    std::uint32_t resultHeight = 0, resultWidth = 0, resultQuads = 0;
    std::uint32_t rowsPerTap = 0, weightQuads = 0;
    std::uint32_t columns = 0;
    std::uint32_t first = 0, end = 0;
};

/// The gather of a convolution.
Gather forwardGather(const ConvGeometry& geometry);
/// Those of its gradient by the input: with strides, input pixels see different taps, so there is one for each kind.
std::vector<Gather> gradientGathers(const ConvGeometry& geometry);

/// Fills in what the tensors of a call tell.
void setExtents(Gather& gather, const Tensor& source, const Tensor& result, std::int64_t pictures);

/// Whether rows of pixels times a matrix give the same.
inline bool isMatrixProduct(const ConvGeometry& g) {
    return g.taps() == 1 && g.groups == 1 && g.strideHeight == 1 && g.strideWidth == 1 && g.padTop == 0 &&
           g.padLeft == 0 && g.outHeight == g.inHeight && g.outWidth == g.inWidth;
}

/// The same matrix with its padding as columns.
inline Tensor withPadding(Tensor matrix) {
    matrix.columns = matrix.stride;
    return matrix;
}

/// The rows of `count` pictures from `first` on.
inline Tensor picturesOf(const Tensor& matrix, std::int64_t batch, std::int64_t first, std::int64_t count) {
    const std::int64_t rows = matrix.rows / batch;
    return rowsOf(matrix, first * rows, count * rows);
}

/// Calls `record(first, count)` for stretches of the batch whose parts of both tensors can be bound, and that one
/// dispatch computes in due time.
template <class Record>
Status forPictures(const KernelTraits& traits, const ConvGeometry& g, double multiplyAdds, const Tensor& x,
                   const Tensor& y, Record record) {
    const double affordable = traits.multiplyAddsPerCall / std::max(multiplyAdds / double(g.batch), 1.0);
    std::int64_t longest = static_cast<std::int64_t>(affordable), aligned = 1;
    for (const Tensor& t : {x, y}) {
        const std::int64_t bytes = t.sizeBytes() / g.batch;
        longest = std::min(longest, traits.maxBindingBytes / bytes);
        aligned = std::max(aligned, tensorAlignmentBytes / std::gcd(tensorAlignmentBytes, bytes));
    }
    longest = std::max(longest / aligned, std::int64_t{1}) * aligned;
    for (std::int64_t first = 0; first < g.batch; first += longest)
        TRY_OK(record(first, std::min(longest, g.batch - first)));
    return {};
}

/// Records a convolution, or with `transposed` its gradient by the input: from `source` to `result`.
Status recordGathered(VulkanRecorder& recorder, const ConvGeometry& geometry, bool transposed, const Tensor& source,
                      const Tensor& weights, const Tensor& result, const Epilogue& epilogue);

}  // namespace lemnos
