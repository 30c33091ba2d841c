#include "compute/ops/conv2d_grad_input.h"

#include "compute/reference/conv_taps.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2dGradInput& op) {
    recorder.run([op] {
        const ConvGeometry& g = op.geometry;
        const MatrixView dY(op.dY), w(op.weights), dX(op.dX);
        std::vector<double> sums(static_cast<std::size_t>(g.inRows() * g.inChannels));
        const auto sum = [&](std::int64_t row, std::int64_t i) -> double& {
            return sums[static_cast<std::size_t>(row * g.inChannels + i)];
        };
        forEachTap(g, [&](std::int64_t outRow, std::int64_t inRow, std::int64_t tap) {
            for (std::int64_t o = 0; o < g.outChannels; ++o) {
                const std::int64_t group = o / (g.outChannels / g.groups);
                for (std::int64_t c = 0; c < g.groupChannels(); ++c)
                    sum(inRow, group * g.groupChannels() + c) +=
                        double(dY(outRow, o)) * double(w(tap * g.weightRowsPerTap() + c, o));
            }
        });
        dX.fill(
            [&](std::int64_t row, std::int64_t i) { return sum(row, i) + (op.accumulate ? double(dX(row, i)) : 0.0); });
    });
    return {};
}

OpExample example(const GeometryExample& e, bool accumulate) {
    return {e.name + (accumulate ? ", accumulating" : ""), [=, g = e.geometry](OpTrial& t) {
                const Tensor dY = t.values(g.outRows(), g.outChannels), weights = t.convWeights(g);
                const Tensor dX = accumulate ? t.changed(g.inRows(), g.inChannels) : t.result(g.inRows(), g.inChannels);
                t.add(Conv2dGradInput{dY, weights, dX, g, accumulate});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const GeometryExample& e : convExamples()) {
        list.push_back(example(e, false));
        list.push_back(example(e, true));
    }
    return list;
}

}  // namespace

extern const ReferenceOp conv2d_grad_input{Conv2dGradInput::name, hostOp<Conv2dGradInput, record>(), examples()};

}  // namespace lemnos::reference_ops
