#include "compute/ops/conv2d_grad_weight.h"

#include "compute/reference/conv_taps.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2dGradWeight& op) {
    recorder.run([op] {
        const ConvGeometry& g = op.geometry;
        const MatrixView x(op.x), dY(op.dY), dW(op.dWeights);
        std::vector<double> sums(static_cast<std::size_t>(g.weightRows() * g.outChannels));
        const auto sum = [&](std::int64_t row, std::int64_t o) -> double& {
            return sums[static_cast<std::size_t>(row * g.outChannels + o)];
        };
        forEachTap(g, [&](std::int64_t outRow, std::int64_t inRow, std::int64_t tap) {
            for (std::int64_t o = 0; o < g.outChannels; ++o) {
                const std::int64_t group = o / (g.outChannels / g.groups);
                for (std::int64_t c = 0; c < g.groupChannels(); ++c)
                    sum(tap * g.weightRowsPerTap() + c, o) +=
                        double(x(inRow, group * g.groupChannels() + c)) * double(dY(outRow, o));
            }
        });
        dW.fill(
            [&](std::int64_t row, std::int64_t o) { return sum(row, o) + (op.accumulate ? double(dW(row, o)) : 0.0); });
    });
    return {};
}

OpExample example(const GeometryExample& e, bool accumulate) {
    return {e.name + (accumulate ? ", accumulating" : ""), [=, g = e.geometry](OpTrial& t) {
                const Tensor x = t.values(g.inRows(), g.inChannels), dY = t.values(g.outRows(), g.outChannels);
                const Tensor dW =
                    accumulate ? t.changedConvWeights(g) : t.parameterResult(g.weightRows(), g.outChannels);
                t.add(Conv2dGradWeight{x, dY, dW, g, accumulate});
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

extern const ReferenceOp conv2d_grad_weight{Conv2dGradWeight::name, hostOp<Conv2dGradWeight, record>(), examples()};

}  // namespace lemnos::reference_ops
