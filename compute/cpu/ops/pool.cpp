#include "compute/ops/pool.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/pool_window.h"

namespace lemnos::cpu_ops {
namespace {

/// One pixel of y, `stride` channels, from the picture at x.
void poolPixel(const Pool& op, const float* x, const PoolWindow& window, float* y) {
    const std::int64_t stride = op.x.stride;
    bool first = true;
    for (std::int64_t row = window.top; row < window.bottom; ++row) {
        for (std::int64_t column = window.left; column < window.right; ++column) {
            const float* pixel = x + (row * op.geometry.inWidth + column) * stride;
            if (first) {
                std::copy(pixel, pixel + stride, y);
            } else if (op.kind == PoolKind::max) {
#pragma omp simd
                for (std::int64_t c = 0; c < stride; ++c) y[c] = pixel[c] > y[c] ? pixel[c] : y[c];
            } else {
#pragma omp simd
                for (std::int64_t c = 0; c < stride; ++c) y[c] += pixel[c];
            }
            first = false;
        }
    }
    if (op.kind == PoolKind::max) return;
    const float factor = window.inversePixels();
#pragma omp simd
    for (std::int64_t c = 0; c < stride; ++c) y[c] *= factor;
}

Status record(HostRecorder& recorder, const Pool& op) {
    recorder.run([op, x = hostData(op.x), y = hostData(op.y)] {
        const ConvGeometry& g = op.geometry;
        const std::int64_t stride = op.x.stride;
#pragma omp parallel for
        for (std::int64_t line = 0; line < g.batch * g.outHeight; ++line) {
            const float* picture = x + line / g.outHeight * g.inHeight * g.inWidth * stride;
            for (std::int64_t column = 0; column < g.outWidth; ++column)
                poolPixel(op, picture, PoolWindow(g, line % g.outHeight, column),
                          y + (line * g.outWidth + column) * stride);
        }
    });
    return {};
}

}  // namespace

extern const HostOp pool = hostOp<Pool, record>();

}  // namespace lemnos::cpu_ops
