#include "compute/ops/unscale.h"

#include <cmath>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"

namespace lemnos::cpu_ops {
namespace {

/// Scales n numbers and returns the sum of what their squares were.
float unscaled(float* x, std::int64_t n, float factor) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < n; ++i) {
        sum += x[i] * x[i];
        x[i] *= factor;
    }
    return sum;
}

Status record(HostRecorder& recorder, const Unscale& op) {
    const std::int64_t n = op.x.stride, blocks = arenaBlocks(n);
    TRY(float* squares, recorder.scratch(blocks));
    recorder.run([n, blocks, squares, x = hostData(op.x), scalars = hostData<StepScalars>(op.scalars)] {
        forBlocks(n, [&](std::int64_t block, std::int64_t first, std::int64_t count) {
            squares[block] = unscaled(x + first, count, scalars->inverseLossScale);
        });
        float sum = 0;
        for (std::int64_t block = 0; block < blocks; ++block) sum += squares[block];
        if (!std::isfinite(sum)) scalars->skip = 1;
    });
    return {};
}

}  // namespace

extern const HostOp unscale = hostOp<Unscale, record>();

}  // namespace lemnos::cpu_ops
