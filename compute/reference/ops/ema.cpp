#include "compute/ops/ema.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Ema& op) {
    recorder.run([op] {
        const MatrixView x(op.x), average(op.average);
        average.fill(
            [&](std::int64_t i, std::int64_t j) { return op.decay * average(i, j) + (1 - op.decay) * x(i, j); });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) {
        for (const double decay : {0.0, 0.999})
            list.push_back({std::to_string(n) + (decay == 0 ? " without memory" : ""),
                            [=](OpTrial& t) {
                                t.add(Ema{t.values(1, n), t.changed(1, n), decay});
                            },
                            1e-6});
    }
    return list;
}

}  // namespace

extern const ReferenceOp ema{Ema::name, hostOp<Ema, record>(), examples(), false};

}  // namespace lemnos::reference_ops
