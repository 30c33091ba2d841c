// PoolWindow: the pixels of a picture that a pooling window holds.
#pragma once

#include <algorithm>

#include "compute/ops/conv_geometry.h"

namespace lemnos {

/// Rows top to bottom - 1 and columns left to right - 1, of those that exist.
struct PoolWindow {
    std::int64_t top, bottom, left, right;

    PoolWindow(const ConvGeometry& g, std::int64_t outY, std::int64_t outX)
        : top(std::max<std::int64_t>(outY * g.strideHeight - g.padTop, 0)),
          bottom(std::min(outY * g.strideHeight - g.padTop + g.kernelHeight, g.inHeight)),
          left(std::max<std::int64_t>(outX * g.strideWidth - g.padLeft, 0)),
          right(std::min(outX * g.strideWidth - g.padLeft + g.kernelWidth, g.inWidth)) {}

    float inversePixels() const { return 1.0f / static_cast<float>((bottom - top) * (right - left)); }
};

}  // namespace lemnos
