#include "compute/ops/clip_value.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"

namespace lemnos::cpu_ops {
namespace {

void clip(float* x, std::int64_t n, float limit) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float low = x[i] < -limit ? -limit : x[i];
        x[i] = low > limit ? limit : low;
    }
}

Status record(HostRecorder& recorder, const ClipValue& op) {
    recorder.run([n = op.x.stride, x = hostData(op.x), limit = static_cast<float>(op.limit)] {
        forBlocks(n, [&](std::int64_t, std::int64_t first, std::int64_t count) { clip(x + first, count, limit); });
    });
    return {};
}

}  // namespace

extern const HostOp clip_value = hostOp<ClipValue, record>();

}  // namespace lemnos::cpu_ops
