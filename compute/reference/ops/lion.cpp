#include "compute/ops/lion.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

double sign(double x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
}

Status record(HostRecorder& recorder, const Lion& op) {
    recorder.run([op] {
        if (isSkipped(op.scalars)) return;
        const double rate = rateOf(op.scalars, op.rateFactor);
        const MatrixView w(op.weights), gradients(op.gradients), m(op.m);
        for (std::int64_t i = 0; i < w.columns; ++i) {
            const double g = gradients(0, i), c = op.beta1 * m(0, i) + (1 - op.beta1) * g;
            w(0, i) = static_cast<float>(w(0, i) - rate * (sign(c) + op.decay * w(0, i)));
            m(0, i) = static_cast<float>(op.beta2 * m(0, i) + (1 - op.beta2) * g);
        }
    });
    return {};
}

OpExample example(std::int64_t n, double decay = 0, double rateFactor = 1) {
    return {std::to_string(n) + (decay == 0 ? "" : " decay") + (rateFactor == 1 ? "" : " rate factor"),
            [=](OpTrial& t) {
                const Tensor w = t.changed(1, n), m = t.changed(1, n);
                t.add(Lion{.weights = w,
                           .gradients = t.values(1, n),
                           .m = m,
                           .decay = decay,
                           .rateFactor = rateFactor,
                           .scalars = optimizerScalars(t, 0.01)});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(n));
    list.push_back(example(77, 0.1));
    list.push_back(example(1027, 0.1, 0.25));
    // Nothing moves where gradient and memory are zero.
    list.push_back(
        {"zeros",
         [](OpTrial& t) {
             const Tensor w = t.changed(1, 5), m = t.changed(1, 5, 0, 0);
             t.add(Lion{.weights = w, .gradients = t.values(1, 5, 0, 0), .m = m, .scalars = optimizerScalars(t, 0.01)});
         },
         0});
    return list;
}

}  // namespace

extern const ReferenceOp lion{Lion::name, hostOp<Lion, record>(), examples(), false};

}  // namespace lemnos::reference_ops
