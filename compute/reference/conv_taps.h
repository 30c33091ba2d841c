// What convolutions and poolings have in common in plain loops: which input pixel is seen by which output pixel, and
// geometries to try them with.
#pragma once

#include <string>
#include <vector>

#include "compute/ops/conv_geometry.h"

namespace lemnos {

/// Calls see(outRow, inRow, tap) for every output pixel and every existing pixel of its window, row by row; rows are
/// those of the matrices, tap = ky kernelWidth + kx.
template <class F>
void forEachTap(const ConvGeometry& g, F see) {
    for (std::int64_t outRow = 0; outRow < g.outRows(); ++outRow) {
        const std::int64_t n = outRow / (g.outHeight * g.outWidth);
        const std::int64_t top = outRow / g.outWidth % g.outHeight * g.strideHeight - g.padTop;
        const std::int64_t left = outRow % g.outWidth * g.strideWidth - g.padLeft;
        for (std::int64_t tap = 0; tap < g.taps(); ++tap) {
            const std::int64_t y = top + tap / g.kernelWidth * g.dilationHeight;
            const std::int64_t x = left + tap % g.kernelWidth * g.dilationWidth;
            if (y < 0 || y >= g.inHeight || x < 0 || x >= g.inWidth) continue;
            see(outRow, (n * g.inHeight + y) * g.inWidth + x, tap);
        }
    }
}

struct GeometryExample {
    std::string name;
    ConvGeometry geometry;
};

/// Small convolutions: odd channel counts and pictures, every kind of stride, padding, dilation and grouping.
std::vector<GeometryExample> convExamples();

/// Poolings: windows side by side, overlapping, cut by the border, with gaps, and over the whole picture.
std::vector<GeometryExample> poolExamples();

}  // namespace lemnos
