#include "compute/ops/clip_norm.h"

#include <cmath>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"

namespace lemnos::cpu_ops {
namespace {

float sumOfSquares(const float* x, std::int64_t n) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < n; ++i) sum += x[i] * x[i];
    return sum;
}

void scale(float* x, std::int64_t n, float factor) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) x[i] *= factor;
}

Status record(HostRecorder& recorder, const ClipNorm& op) {
    const std::int64_t n = op.x.stride, blocks = arenaBlocks(n);
    TRY(float* squares, recorder.scratch(blocks));
    recorder.run([n, blocks, squares, x = hostData(op.x), limit = op.limit] {
        forBlocks(n, [&](std::int64_t block, std::int64_t first, std::int64_t count) {
            squares[block] = sumOfSquares(x + first, count);
        });
        double sum = 0;
        for (std::int64_t block = 0; block < blocks; ++block) sum += static_cast<double>(squares[block]);
        const double norm = std::sqrt(sum);
        if (norm <= limit) return;
        forBlocks(n, [&](std::int64_t, std::int64_t first, std::int64_t count) {
            scale(x + first, count, static_cast<float>(limit / norm));
        });
    });
    return {};
}

}  // namespace

extern const HostOp clip_norm = hostOp<ClipNorm, record>();

}  // namespace lemnos::cpu_ops
