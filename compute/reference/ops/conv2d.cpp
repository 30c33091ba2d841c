#include "compute/ops/conv2d.h"

#include "compute/reference/activation.h"
#include "compute/reference/conv_taps.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2d& op) {
    recorder.run([op] {
        const ConvGeometry& g = op.geometry;
        const MatrixView x(op.x), w(op.weights), y(op.y), bias(op.bias);
        std::vector<double> sums(static_cast<std::size_t>(g.outRows() * g.outChannels));
        const auto sum = [&](std::int64_t row, std::int64_t o) -> double& {
            return sums[static_cast<std::size_t>(row * g.outChannels + o)];
        };
        forEachTap(g, [&](std::int64_t outRow, std::int64_t inRow, std::int64_t tap) {
            for (std::int64_t o = 0; o < g.outChannels; ++o) {
                const std::int64_t group = o / (g.outChannels / g.groups);
                for (std::int64_t c = 0; c < g.groupChannels(); ++c)
                    sum(outRow, o) +=
                        double(x(inRow, group * g.groupChannels() + c)) * double(w(tap * g.weightRowsPerTap() + c, o));
            }
        });
        y.fill([&](std::int64_t row, std::int64_t o) {
            return activate(op.activation, sum(row, o) + (bias ? double(bias(0, o)) : 0.0));
        });
    });
    return {};
}

OpExample example(const GeometryExample& e, bool bias, Activation activation) {
    return {e.name + (bias ? ", bias" : "") + (activation ? ", activated" : ""), [=, g = e.geometry](OpTrial& t) {
                const Tensor x = t.values(g.inRows(), g.inChannels), weights = t.convWeights(g);
                const Tensor row = bias ? t.parameters(1, g.outChannels) : Tensor{};
                t.add(Conv2d{x, weights, t.result(g.outRows(), g.outChannels), g, row, activation});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    const auto geometries = convExamples();
    for (std::size_t i = 0; i < geometries.size(); ++i) {
        list.push_back(example(geometries[i], i % 2 == 1, {}));
        // Every activation whose gradient follows from its result, in turn.
        const auto kind = ActivationKind(1 + i % std::size_t(ActivationKind::tanh));
        list.push_back(example(geometries[i], i % 2 == 0, {kind, 0.25f}));
    }
    return list;
}

}  // namespace

extern const ReferenceOp conv2d{Conv2d::name, hostOp<Conv2d, record>(), examples()};

}  // namespace lemnos::reference_ops
