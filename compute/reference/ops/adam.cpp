#include "compute/ops/adam.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Adam& op) {
    recorder.run([op] {
        if (isSkipped(op.scalars)) return;
        const StepScalars& scalars = *hostData<StepScalars>(op.scalars);
        const double rate = rateOf(op.scalars, op.rateFactor), c1 = scalars.optimizer[0], c2 = scalars.optimizer[1];
        const MatrixView w(op.weights), gradients(op.gradients), m(op.m), v(op.v);
        for (std::int64_t i = 0; i < w.columns; ++i) {
            const double g = gradients(0, i) + (op.decoupled ? 0 : op.decay * w(0, i));
            const double newM = op.beta1 * m(0, i) + (1 - op.beta1) * g;
            const double newV = op.beta2 * v(0, i) + (1 - op.beta2) * g * g;
            const double shrunk = w(0, i) * (op.decoupled ? 1 - rate * op.decay : 1);
            m(0, i) = static_cast<float>(newM);
            v(0, i) = static_cast<float>(newV);
            w(0, i) = static_cast<float>(shrunk - rate * newM * c1 / (std::sqrt(newV) * c2 + op.epsilon));
        }
    });
    return {};
}

OpExample example(std::int64_t n, double decay, bool decoupled, double rateFactor = 1) {
    return {std::to_string(n) +
                (decay == 0  ? ""
                 : decoupled ? " decoupled decay"
                             : " decay") +
                (rateFactor == 1 ? "" : " rate factor"),
            [=](OpTrial& t) {
                const Tensor w = t.changed(1, n), m = t.changed(1, n), v = t.changed(1, n, 0.01, 1);
                t.add(Adam{.weights = w,
                           .gradients = t.values(1, n),
                           .m = m,
                           .v = v,
                           .epsilon = 1e-8,
                           .decay = decay,
                           .decoupled = decoupled,
                           .rateFactor = rateFactor,
                           .scalars = optimizerScalars(t, 0.01)});
            },
            2e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(n, 0, false));
    list.push_back(example(1027, 0.1, false));
    list.push_back(example(1027, 0.1, true));
    list.push_back(example(35, 0.1, true, 0.25));
    return list;
}

}  // namespace

extern const ReferenceOp adam{Adam::name, hostOp<Adam, record>(), examples(), false};

}  // namespace lemnos::reference_ops
