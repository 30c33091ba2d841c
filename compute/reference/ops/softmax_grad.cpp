#include "compute/ops/softmax_grad.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const SoftmaxGrad& op) {
    recorder.run([op] {
        const MatrixView y(op.y), dY(op.dY), dX(op.dX);
        std::vector<double> inner;
        for (std::int64_t i = 0; i < y.rows; ++i) {
            inner.push_back(0);
            for (std::int64_t k = 0; k < y.columns; ++k) inner.back() += double(dY(i, k)) * double(y(i, k));
        }
        dX.fill([&](std::int64_t i, std::int64_t j) {
            return double(y(i, j)) * (double(dY(i, j)) - inner[std::size_t(i)]) +
                   (op.accumulate ? double(dX(i, j)) : 0.0);
        });
    });
    return {};
}

OpExample example(std::int64_t rows, std::int64_t columns, bool accumulate = false, bool inPlace = false) {
    return {std::to_string(rows) + "x" + std::to_string(columns) + (accumulate ? " accumulating" : "") +
                (inPlace ? " in place" : ""),
            [=](OpTrial& t) {
                const Tensor y = t.values(rows, columns, 0, 2 / double(columns));
                const Tensor dY = inPlace ? t.changed(rows, columns) : t.values(rows, columns);
                const Tensor dX = inPlace ? dY : accumulate ? t.changed(rows, columns) : t.result(rows, columns);
                t.add(SoftmaxGrad{y, dY, dX, accumulate});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t sizes[][2] = {{1, 1},    {1, 7},   {3, 4},   {5, 33},   {17, 10}, {64, 130},
                                         {2, 1025}, {700, 3}, {33, 65}, {1, 5000}, {1300, 2}};
    for (const auto& [rows, columns] : sizes) list.push_back(example(rows, columns));
    list.push_back(example(9, 17, true));
    list.push_back(example(2, 1025, true));
    list.push_back(example(9, 17, false, true));
    list.push_back(example(2, 1025, false, true));
    return list;
}

}  // namespace

extern const ReferenceOp softmax_grad{SoftmaxGrad::name, hostOp<SoftmaxGrad, record>(), examples()};

}  // namespace lemnos::reference_ops
