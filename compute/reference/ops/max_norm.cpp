#include "compute/ops/max_norm.h"

#include <algorithm>
#include <cmath>

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const MaxNorm& op) {
    recorder.run([op] {
        const MatrixView w(op.weights);
        std::vector<double> factor(static_cast<std::size_t>(w.columns), 1.0);
        for (std::int64_t j = 0; j < w.columns; ++j) {
            double squares = 0;
            for (std::int64_t i = 0; i < w.rows; ++i) squares += double(w(i, j)) * w(i, j);
            if (squares > 0) factor[static_cast<std::size_t>(j)] = std::min(1.0, op.limit / std::sqrt(squares));
        }
        w.fill([&](std::int64_t i, std::int64_t j) { return factor[static_cast<std::size_t>(j)] * w(i, j); });
    });
    return {};
}

OpExample example(std::int64_t rows, std::int64_t columns, double limit, double largest = 1) {
    return {std::to_string(rows) + "x" + std::to_string(columns) + (largest == 0 ? " zeros" : ""),
            [=](OpTrial& t) {
                t.add(MaxNorm{t.changed(rows, columns, -largest, largest), limit});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    // Limits near the norm that columns of so many rows have: some are longer, some are not.
    return {example(1, 1, 0.3),     example(1, 17, 0.5),   example(3, 5, 1),        example(27, 7, 3),
            example(64, 1000, 4.6), example(65, 33, 4.6),  example(1000, 10, 18.2), example(4099, 3, 37),
            example(513, 130, 13),  example(9, 4, 100, 1), example(33, 7, 1, 0)};
}

}  // namespace

extern const ReferenceOp max_norm{MaxNorm::name, hostOp<MaxNorm, record>(), examples(), false};

}  // namespace lemnos::reference_ops
