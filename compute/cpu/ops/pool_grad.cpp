#include "compute/ops/pool_grad.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/pool_window.h"

namespace lemnos::cpu_ops {
namespace {

/// Vectors of four channels, as many as a pixel has.
constexpr std::int64_t lanes = 4;

/// Gives the gradient of one pixel of y, `stride` channels, to the pixels of its window.
void spreadMax(const PoolGrad& op, const PoolWindow& window, const float* x, const float* y, const float* dY,
               float* dX) {
    const std::int64_t stride = op.dX.stride;
    for (std::int64_t c = 0; c < stride; c += lanes) {
        float left[lanes];  // of the gradient, until the first largest pixel took it
        std::copy(dY + c, dY + c + lanes, left);
        for (std::int64_t row = window.top; row < window.bottom; ++row) {
            for (std::int64_t column = window.left; column < window.right; ++column) {
                const std::int64_t at = (row * op.geometry.inWidth + column) * stride + c;
#pragma omp simd
                for (std::int64_t lane = 0; lane < lanes; ++lane) {
                    const bool largest = x[at + lane] == y[c + lane];
                    dX[at + lane] += largest ? left[lane] : 0;
                    left[lane] = largest ? 0 : left[lane];
                }
            }
        }
    }
}

void spreadAverage(const PoolGrad& op, const PoolWindow& window, const float* dY, float* dX) {
    const std::int64_t stride = op.dX.stride;
    const float factor = window.inversePixels();
    for (std::int64_t row = window.top; row < window.bottom; ++row) {
        for (std::int64_t column = window.left; column < window.right; ++column) {
            float* pixel = dX + (row * op.geometry.inWidth + column) * stride;
#pragma omp simd
            for (std::int64_t c = 0; c < stride; ++c) pixel[c] += factor * dY[c];
        }
    }
}

/// One picture, since windows of one picture may share pixels.
void spreadPicture(const PoolGrad& op, std::int64_t n) {
    const ConvGeometry& g = op.geometry;
    const std::int64_t stride = op.dX.stride, size = g.inHeight * g.inWidth * stride;
    float* dX = hostData(op.dX) + n * size;
    if (!op.accumulate) std::fill(dX, dX + size, 0.0f);
    for (std::int64_t outY = 0; outY < g.outHeight; ++outY) {
        for (std::int64_t outX = 0; outX < g.outWidth; ++outX) {
            const PoolWindow window(g, outY, outX);
            const std::int64_t out = ((n * g.outHeight + outY) * g.outWidth + outX) * stride;
            if (op.kind == PoolKind::max)
                spreadMax(op, window, hostData(op.x) + n * size, hostData(op.y) + out, hostData(op.dY) + out, dX);
            else
                spreadAverage(op, window, hostData(op.dY) + out, dX);
        }
    }
}

Status record(HostRecorder& recorder, const PoolGrad& op) {
    recorder.run([op] {
#pragma omp parallel for
        for (std::int64_t n = 0; n < op.geometry.batch; ++n) spreadPicture(op, n);
    });
    return {};
}

}  // namespace

extern const HostOp pool_grad = hostOp<PoolGrad, record>();

}  // namespace lemnos::cpu_ops
