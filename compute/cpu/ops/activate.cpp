#include "compute/ops/activate.h"

#include "compute/cpu/activate_values.h"
#include "compute/cpu/cpu_op.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Activate& op) {
    const auto identity = [](float x) { return x; };
    recorder.run([op, identity] { activateValues(op.activation, op.y, identity, hostData(op.x)); });
    return {};
}

}  // namespace

extern const HostOp activate = hostOp<Activate, record>();

}  // namespace lemnos::cpu_ops
