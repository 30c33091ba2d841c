#include "compute/ops/lamb.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/optimizer_trial.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Lamb& op) {
    recorder.run([op] {
        if (isSkipped(op.scalars)) return;
        const StepScalars& scalars = *hostData<StepScalars>(op.scalars);
        const double rate = rateOf(op.scalars, op.rateFactor), c1 = scalars.optimizer[0], c2 = scalars.optimizer[1];
        const MatrixView w(op.weights), gradients(op.gradients), m(op.m), v(op.v);
        std::vector<double> u(static_cast<std::size_t>(w.columns));
        double weightSquares = 0, updateSquares = 0;
        for (std::int64_t i = 0; i < w.columns; ++i) {
            const double g = gradients(0, i);
            const double newM = op.beta1 * m(0, i) + (1 - op.beta1) * g;
            const double newV = op.beta2 * v(0, i) + (1 - op.beta2) * g * g;
            double& update = u[static_cast<std::size_t>(i)];
            update = newM * c1 / (std::sqrt(newV) * c2 + op.epsilon) + op.decay * w(0, i);
            m(0, i) = static_cast<float>(newM);
            v(0, i) = static_cast<float>(newV);
            weightSquares += double(w(0, i)) * w(0, i);
            updateSquares += update * update;
        }
        const double ratio =
            weightSquares > 0 && updateSquares > 0 ? std::sqrt(weightSquares) / std::sqrt(updateSquares) : 1;
        for (std::int64_t i = 0; i < w.columns; ++i) {
            const double update = u[static_cast<std::size_t>(i)];
            gradients(0, i) = static_cast<float>(update);
            w(0, i) = static_cast<float>(w(0, i) - rate * ratio * update);
        }
    });
    return {};
}

OpExample example(const std::string& name, std::int64_t n, double largest, double decay = 0, double rateFactor = 1) {
    return {name,
            [=](OpTrial& t) {
                const Tensor w = t.changed(1, n, -largest, largest), g = t.changed(1, n);
                const Tensor m = t.changed(1, n), v = t.changed(1, n, 0.01, 1);
                t.add(Lamb{.weights = w,
                           .gradients = g,
                           .m = m,
                           .v = v,
                           .decay = decay,
                           .rateFactor = rateFactor,
                           .scalars = optimizerScalars(t, 0.01)});
            },
            3e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const std::int64_t n : arenaLengths) list.push_back(example(std::to_string(n), n, 1));
    list.push_back(example("77 decay", 77, 1, 0.1));
    list.push_back(example("1027 decay, rate factor", 1027, 1, 0.1, 0.25));
    list.push_back(example("a weight of zeros", 35, 0));
    list.push_back({"an update of zeros",
                    [](OpTrial& t) {
                        const Tensor w = t.changed(1, 7), m = t.changed(1, 7, 0, 0), v = t.changed(1, 7, 0, 0);
                        t.add(Lamb{.weights = w,
                                   .gradients = t.values(1, 7, 0, 0),
                                   .m = m,
                                   .v = v,
                                   .scalars = optimizerScalars(t, 0.01)});
                    },
                    0});
    return list;
}

}  // namespace

extern const ReferenceOp lamb{Lamb::name, hostOp<Lamb, record>(), examples(), false};

}  // namespace lemnos::reference_ops
