#include "compute/ops/sgd.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Sgd& op) {
    recorder.run([op] {
        if (isSkipped(op.scalars)) return;
        const double rate = rateOf(op.scalars, op.rateFactor);
        const MatrixView w(op.weights), gradients(op.gradients), velocity(op.velocity);
        for (std::int64_t i = 0; i < w.columns; ++i) {
            const double g = gradients(0, i) + op.decay * w(0, i);
            const double u = op.momentum * velocity(0, i) + g;
            velocity(0, i) = static_cast<float>(u);
            w(0, i) = static_cast<float>(w(0, i) - rate * (op.nesterov ? g + op.momentum * u : u));
        }
    });
    return {};
}

OpExample example(std::int64_t n, bool nesterov, double decay = 0, double rateFactor = 1) {
    return {std::to_string(n) + (nesterov ? " nesterov" : "") + (decay == 0 ? "" : " decay") +
                (rateFactor == 1 ? "" : " rate factor"),
            [=](OpTrial& t) {
                const Tensor w = t.changed(1, n), u = t.changed(1, n);
                t.add(Sgd{.weights = w,
                          .gradients = t.values(1, n),
                          .velocity = u,
                          .nesterov = nesterov,
                          .decay = decay,
                          .rateFactor = rateFactor,
                          .scalars = optimizerScalars(t, 0.1)});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(n, false));
    list.push_back(example(77, true));
    list.push_back(example(77, false, 0.1));
    list.push_back(example(1027, true, 0.1, 0.25));
    return list;
}

}  // namespace

extern const ReferenceOp sgd{Sgd::name, hostOp<Sgd, record>(), examples(), false};

}  // namespace lemnos::reference_ops
