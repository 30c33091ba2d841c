#include "compute/ops/pool_grad.h"

#include "compute/reference/conv_taps.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

/// Per output value, the input row that its gradient goes to: the first that holds the largest value.
std::vector<std::int64_t> rowsOfLargest(const ConvGeometry& g, const MatrixView& x) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(g.outRows() * g.outChannels), -1);
    forEachTap(g, [&](std::int64_t outRow, std::int64_t inRow, std::int64_t) {
        for (std::int64_t c = 0; c < g.outChannels; ++c) {
            std::int64_t& row = rows[static_cast<std::size_t>(outRow * g.outChannels + c)];
            if (row < 0 || x(inRow, c) > x(row, c)) row = inRow;
        }
    });
    return rows;
}

Status record(HostRecorder& recorder, const PoolGrad& op) {
    recorder.run([op] {
        const ConvGeometry& g = op.geometry;
        const MatrixView x(op.x), dY(op.dY), dX(op.dX);
        const bool max = op.kind == PoolKind::max;
        const auto largest = max ? rowsOfLargest(g, x) : std::vector<std::int64_t>{};
        std::vector<double> pixels(static_cast<std::size_t>(g.outRows()));
        forEachTap(
            g, [&](std::int64_t outRow, std::int64_t, std::int64_t) { pixels[static_cast<std::size_t>(outRow)] += 1; });
        std::vector<double> sums(static_cast<std::size_t>(g.inRows() * g.inChannels));
        forEachTap(g, [&](std::int64_t outRow, std::int64_t inRow, std::int64_t) {
            for (std::int64_t c = 0; c < g.outChannels; ++c) {
                double& sum = sums[static_cast<std::size_t>(inRow * g.inChannels + c)];
                if (!max)
                    sum += double(dY(outRow, c)) / pixels[static_cast<std::size_t>(outRow)];
                else if (largest[static_cast<std::size_t>(outRow * g.outChannels + c)] == inRow)
                    sum += double(dY(outRow, c));
            }
        });
        dX.fill([&](std::int64_t row, std::int64_t c) {
            return sums[static_cast<std::size_t>(row * g.inChannels + c)] + (op.accumulate ? double(dX(row, c)) : 0.0);
        });
    });
    return {};
}

OpExample example(const GeometryExample& e, PoolKind kind, bool accumulate, bool equal = false) {
    return {e.name + (kind == PoolKind::max ? ", max" : ", average") + (accumulate ? ", accumulating" : "") +
                (equal ? ", equal values" : ""),
            [=, g = e.geometry](OpTrial& t) {
                Tensor x, y;
                if (kind == PoolKind::max) {
                    // Equal values: as behind a relu, where the first pixel of the window is to get the gradient.
                    x = equal ? t.values(g.inRows(), g.inChannels, 0, 0) : t.values(g.inRows(), g.inChannels);
                    y = t.values(g.outRows(), g.outChannels, 0, 0);
                    t.add(Pool{x, y, g, kind});
                }
                const Tensor dY = t.values(g.outRows(), g.outChannels);
                const Tensor dX = accumulate ? t.changed(g.inRows(), g.inChannels) : t.result(g.inRows(), g.inChannels);
                t.add(PoolGrad{x, y, dY, dX, g, kind, accumulate});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const GeometryExample& e : poolExamples()) {
        for (const PoolKind kind : {PoolKind::max, PoolKind::average}) {
            list.push_back(example(e, kind, false));
            list.push_back(example(e, kind, true));
        }
        list.push_back(example(e, PoolKind::max, false, true));
    }
    return list;
}

}  // namespace

extern const ReferenceOp pool_grad{PoolGrad::name, hostOp<PoolGrad, record>(), examples()};

}  // namespace lemnos::reference_ops
