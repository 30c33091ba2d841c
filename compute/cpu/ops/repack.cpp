#include "compute/ops/repack.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

/// The shorter rows of the two, `length` floats each: they lie in one piece on both sides.
template <bool accumulate>
void copyRuns(const Tensor& x, const Tensor& y, std::int64_t first, std::int64_t count, std::int64_t length) {
    const std::int64_t xRuns = x.columns / length, yRuns = y.columns / length;  // per row; one of them is 1
    for (std::int64_t run = first; run < first + count; ++run) {
        const float* from = hostData(x) + run / xRuns * x.stride + run % xRuns * length;
        float* row = hostData(y) + run / yRuns * y.stride;
        float* to = row + run % yRuns * length;
#pragma omp simd
        for (std::int64_t j = 0; j < length; ++j) to[j] = from[j] + (accumulate ? to[j] : 0.0f);
        if ((run + 1) % yRuns == 0)
            for (std::int64_t j = y.columns; j < y.stride; ++j) row[j] = 0;
    }
}

void run(const Repack& op) {
    if (op.x.columns % 4 == 0 && op.y.columns % 4 == 0) {  // no padding, nothing moves
        const std::int64_t n = op.x.rows * op.x.stride;
        const float* x = hostData(op.x);
        float* y = hostData(op.y);
        if (op.accumulate)
            transform(
                n, y, [](float v, float old) { return v + old; }, x, y);
        else
            transform(
                n, y, [](float v) { return v; }, x);
        return;
    }
    const std::int64_t length = std::min(op.x.columns, op.y.columns), runs = std::max(op.x.rows, op.y.rows);
    const std::int64_t runsPerBlock = std::max<std::int64_t>(floatsPerThread / length, 1);
    const std::int64_t blocks = (runs + runsPerBlock - 1) / runsPerBlock;
    const auto copy = op.accumulate ? copyRuns<true> : copyRuns<false>;
#pragma omp parallel for schedule(static) if (blocks > 1)
    for (std::int64_t block = 0; block < blocks; ++block)
        copy(op.x, op.y, block * runsPerBlock, std::min(runsPerBlock, runs - block * runsPerBlock), length);
}

Status record(HostRecorder& recorder, const Repack& op) {
    recorder.run([op] { run(op); });
    return {};
}

}  // namespace

extern const HostOp repack = hostOp<Repack, record>();

}  // namespace lemnos::cpu_ops
