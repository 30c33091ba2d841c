#include "compute/ops/rms_prop.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const RmsProp& op) {
    recorder.run([op] {
        if (isSkipped(op.scalars)) return;
        const double rate = rateOf(op.scalars, op.rateFactor);
        const MatrixView w(op.weights), gradients(op.gradients), v(op.v), velocity(op.velocity);
        for (std::int64_t i = 0; i < w.columns; ++i) {
            const double g = gradients(0, i) + op.decay * w(0, i);
            const double newV = op.rho * v(0, i) + (1 - op.rho) * g * g;
            const double u = op.momentum * velocity(0, i) + g / (std::sqrt(newV) + op.epsilon);
            v(0, i) = static_cast<float>(newV);
            velocity(0, i) = static_cast<float>(u);
            w(0, i) = static_cast<float>(w(0, i) - rate * u);
        }
    });
    return {};
}

OpExample example(std::int64_t n, double momentum, double decay = 0, double rateFactor = 1) {
    return {std::to_string(n) + (momentum == 0 ? "" : " momentum") + (decay == 0 ? "" : " decay") +
                (rateFactor == 1 ? "" : " rate factor"),
            [=](OpTrial& t) {
                const Tensor w = t.changed(1, n), v = t.changed(1, n, 0.01, 1), u = t.changed(1, n);
                t.add(RmsProp{.weights = w,
                              .gradients = t.values(1, n),
                              .v = v,
                              .velocity = u,
                              .momentum = momentum,
                              .decay = decay,
                              .rateFactor = rateFactor,
                              .scalars = optimizerScalars(t, 0.01)});
            },
            2e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(n, 0));
    list.push_back(example(77, 0.9));
    list.push_back(example(77, 0, 0.1));
    list.push_back(example(1027, 0.9, 0.1, 0.25));
    return list;
}

}  // namespace

extern const ReferenceOp rms_prop{RmsProp::name, hostOp<RmsProp, record>(), examples(), false};

}  // namespace lemnos::reference_ops
