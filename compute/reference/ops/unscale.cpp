#include "compute/ops/unscale.h"

#include <cmath>
#include <limits>

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Unscale& op) {
    recorder.run([op] {
        const MatrixView x(op.x);
        StepScalars& scalars = *hostData<StepScalars>(op.scalars);
        double squares = 0;
        for (std::int64_t i = 0; i < x.columns; ++i) squares += double(x(0, i)) * x(0, i);
        if (!(squares <= std::numeric_limits<float>::max())) scalars.skip = 1;
        x.fill([&](std::int64_t i, std::int64_t j) { return double(scalars.inverseLossScale) * x(i, j); });
    });
    return {};
}

OpExample example(const std::string& name, std::int64_t n, double largest) {
    return {name,
            [=](OpTrial& t) {
                t.add(Unscale{t.changedParameters(1, n, -largest, largest),
                              t.changedScalars({.inverseLossScale = 0x1p-10f})});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(std::to_string(n), n, 1e4));
    list.push_back(example("zeros", 35, 0));
    list.push_back(example("too large", 300003, 1e38));
    return list;
}

}  // namespace

extern const ReferenceOp unscale{Unscale::name, hostOp<Unscale, record>(), examples(), false};

}  // namespace lemnos::reference_ops
