#include "compute/ops/ema.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"

namespace lemnos::cpu_ops {
namespace {

void step(const float* x, float* average, std::int64_t n, float decay, float oneMinusDecay) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) average[i] = decay * average[i] + oneMinusDecay * x[i];
}

Status record(HostRecorder& recorder, const Ema& op) {
    recorder.run([n = op.x.stride, x = hostData(op.x), average = hostData(op.average),
                  decay = static_cast<float>(op.decay), oneMinusDecay = static_cast<float>(1 - op.decay)] {
        forBlocks(n, [&](std::int64_t, std::int64_t first, std::int64_t count) {
            step(x + first, average + first, count, decay, oneMinusDecay);
        });
    });
    return {};
}

}  // namespace

extern const HostOp ema = hostOp<Ema, record>();

}  // namespace lemnos::cpu_ops
