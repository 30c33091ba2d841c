#include "compute/ops/copy.h"

#include <cstring>

#include "compute/cpu/cpu_op.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Copy& op) {
    recorder.run([to = hostData<std::byte>(op.to), from = hostData<std::byte>(op.from),
                  size = static_cast<std::size_t>(op.from.sizeBytes())] { std::memcpy(to, from, size); });
    return {};
}

}  // namespace

extern const HostOp copy = hostOp<Copy, record>();

}  // namespace lemnos::cpu_ops
