#include "compute/ops/clip_value.h"

#include <algorithm>

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const ClipValue& op) {
    recorder.run([op] {
        const MatrixView x(op.x);
        x.fill([&](std::int64_t i, std::int64_t j) { return std::clamp(double(x(i, j)), -op.limit, op.limit); });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths)
        list.push_back({std::to_string(n), [=](OpTrial& t) { t.add(ClipValue{t.changed(1, n), 0.25}); }, 0});
    return list;
}

}  // namespace

extern const ReferenceOp clip_value{ClipValue::name, hostOp<ClipValue, record>(), examples(), false};

}  // namespace lemnos::reference_ops
