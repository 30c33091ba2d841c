#include "compute/ops/copy.h"

#include <cstring>

#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Copy& op) {
    recorder.run([to = hostData<std::byte>(op.to), from = hostData<std::byte>(op.from),
                  size = static_cast<std::size_t>(op.from.sizeBytes())] { std::memcpy(to, from, size); });
    return {};
}

}  // namespace

extern const ReferenceOp copy{Copy::name,
                              hostOp<Copy, record>(),
                              {{"5x7",
                                [](OpTrial& t) {
                                    t.add(Copy{t.values(5, 7), t.result(5, 7)});
                                },
                                0}}};

}  // namespace lemnos::reference_ops
