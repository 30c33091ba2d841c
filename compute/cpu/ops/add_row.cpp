#include "compute/ops/add_row.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const AddRow& op) {
    recorder.run([op] {
        transformGroups(
            1, op.x.rows, op.x.stride, hostData(op.y), [](float row, float x) { return x + row; }, hostData(op.row),
            hostData(op.x));
    });
    return {};
}

}  // namespace

extern const HostOp add_row = hostOp<AddRow, record>();

}  // namespace lemnos::cpu_ops
