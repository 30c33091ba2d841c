#include "compute/ops/clip_norm.h"

#include <algorithm>

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const ClipNorm& op) {
    recorder.run([op] {
        const MatrixView x(op.x);
        double squares = 0;
        for (std::int64_t i = 0; i < x.columns; ++i) squares += double(x(0, i)) * x(0, i);
        const double factor = squares > 0 ? std::min(1.0, op.limit / std::sqrt(squares)) : 1;
        x.fill([&](std::int64_t i, std::int64_t j) { return factor * x(i, j); });
    });
    return {};
}

OpExample example(const std::string& name, std::int64_t n, double limit, double largest) {
    return {name, [=](OpTrial& t) { t.add(ClipNorm{t.changed(1, n, -largest, largest), limit}); }, 1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(std::to_string(n), n, 0.1, 1));
    list.push_back(example("300003", 300003, 200, 1));
    list.push_back(example("short enough", 35, 100, 1));
    list.push_back(example("zeros", 35, 1, 0));
    return list;
}

}  // namespace

extern const ReferenceOp clip_norm{ClipNorm::name, hostOp<ClipNorm, record>(), examples(), false};

}  // namespace lemnos::reference_ops
