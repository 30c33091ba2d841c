#include "compute/ops/group_broadcast.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

void run(const GroupBroadcast& op) {
    const std::int64_t groups = op.x.rows, groupRows = op.y.rows / op.x.rows;
    const float* x = hostData(op.x);
    float* y = hostData(op.y);
    const float scale = op.scale;
    if (op.accumulate)
        transformGroups(
            groups, groupRows, op.y.stride, y, [scale](float v, float old) { return scale * v + old; }, x, y);
    else
        transformGroups(
            groups, groupRows, op.y.stride, y, [scale](float v) { return scale * v; }, x);
}

Status record(HostRecorder& recorder, const GroupBroadcast& op) {
    recorder.run([op] { run(op); });
    return {};
}

}  // namespace

extern const HostOp group_broadcast = hostOp<GroupBroadcast, record>();

}  // namespace lemnos::cpu_ops
