#include "compute/ops/pool.h"

#include <limits>

#include "compute/reference/conv_taps.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Pool& op) {
    recorder.run([op] {
        const ConvGeometry& g = op.geometry;
        const MatrixView x(op.x), y(op.y);
        const double start = op.kind == PoolKind::max ? -std::numeric_limits<double>::infinity() : 0.0;
        std::vector<double> values(static_cast<std::size_t>(g.outRows() * g.outChannels), start);
        std::vector<double> pixels(static_cast<std::size_t>(g.outRows()));
        forEachTap(g, [&](std::int64_t outRow, std::int64_t inRow, std::int64_t) {
            pixels[static_cast<std::size_t>(outRow)] += 1;
            for (std::int64_t c = 0; c < g.outChannels; ++c) {
                double& value = values[static_cast<std::size_t>(outRow * g.outChannels + c)];
                value = op.kind == PoolKind::max ? std::max(value, double(x(inRow, c))) : value + double(x(inRow, c));
            }
        });
        y.fill([&](std::int64_t row, std::int64_t c) {
            const double value = values[static_cast<std::size_t>(row * g.outChannels + c)];
            return op.kind == PoolKind::max ? value : value / pixels[static_cast<std::size_t>(row)];
        });
    });
    return {};
}

OpExample example(const GeometryExample& e, PoolKind kind, double low, double high) {
    return {e.name + (kind == PoolKind::max ? ", max" : ", average") + (high < 0 ? ", all negative" : ""),
            [=, g = e.geometry](OpTrial& t) {
                const Tensor x = t.values(g.inRows(), g.inChannels, low, high);
                t.add(Pool{x, t.result(g.outRows(), g.outChannels), g, kind});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const GeometryExample& e : poolExamples()) {
        list.push_back(example(e, PoolKind::max, -1, 1));
        list.push_back(example(e, PoolKind::max, -2, -1));
        list.push_back(example(e, PoolKind::average, -1, 1));
    }
    return list;
}

}  // namespace

extern const ReferenceOp pool{Pool::name, hostOp<Pool, record>(), examples()};

}  // namespace lemnos::reference_ops
