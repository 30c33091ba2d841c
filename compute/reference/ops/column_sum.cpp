#include "compute/ops/column_sum.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const ColumnSum& op) {
    recorder.run([op] {
        const MatrixView x(op.x), sum(op.sum);
        sum.fill([&](std::int64_t, std::int64_t j) {
            double total = op.accumulate ? sum(0, j) : 0.0;
            for (std::int64_t i = 0; i < x.rows; ++i) total += x(i, j);
            return total;
        });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::pair<std::int64_t, std::int64_t> sizes[] = {{1, 1},    {1, 1000}, {3, 5},     {33, 17},
                                                               {1089, 3}, {129, 96}, {5000, 64}, {70001, 4}};
    for (const auto& [rows, columns] : sizes)
        for (const bool accumulate : {false, true})
            list.push_back(
                {sizeName(rows, columns) + (accumulate ? " accumulating" : ""),
                 [=, rows = rows, columns = columns](OpTrial& t) {
                     const Tensor x = t.values(rows, columns);
                     t.add(ColumnSum{x, accumulate ? t.changedParameters(1, columns) : t.parameterResult(1, columns),
                                     accumulate});
                 }});
    return list;
}

}  // namespace

extern const ReferenceOp column_sum{ColumnSum::name, hostOp<ColumnSum, record>(), examples()};

}  // namespace lemnos::reference_ops
