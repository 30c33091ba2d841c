#include "compute/ops/multiply.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

void run(const Multiply& op) {
    const std::int64_t groups = op.b.rows, groupRows = op.a.rows / op.b.rows;
    const float *a = hostData(op.a), *b = hostData(op.b);
    float* y = hostData(op.y);
    if (op.accumulate)
        transformGroups(
            groups, groupRows, op.a.stride, y, [](float f, float x, float old) { return x * f + old; }, b, a, y);
    else
        transformGroups(
            groups, groupRows, op.a.stride, y, [](float f, float x) { return x * f; }, b, a);
}

Status record(HostRecorder& recorder, const Multiply& op) {
    recorder.run([op] { run(op); });
    return {};
}

}  // namespace

extern const HostOp multiply = hostOp<Multiply, record>();

}  // namespace lemnos::cpu_ops
