#include "compute/ops/add.h"

#include "compute/cpu/activate_values.h"
#include "compute/cpu/cpu_op.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Add& op) {
    const auto sum = [](float a, float b) { return a + b; };
    recorder.run([op, sum] { activateValues(op.activation, op.y, sum, hostData(op.a), hostData(op.b)); });
    return {};
}

}  // namespace

extern const HostOp add = hostOp<Add, record>();

}  // namespace lemnos::cpu_ops
