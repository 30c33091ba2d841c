#include "compute/ops/repack.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Repack& op) {
    recorder.run([op] {
        const MatrixView x(op.x), y(op.y);
        y.fill([&](std::int64_t i, std::int64_t j) {
            const std::int64_t n = i * y.columns + j;
            return double(x(n / x.columns, n % x.columns)) + (op.accumulate ? y(i, j) : 0.0);
        });
    });
    return {};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    // Rows and columns of the one, rows of the other; then back.
    constexpr std::int64_t problems[][3] = {{1, 1, 1},   {5, 3, 1},    {50, 3, 2},    {49, 5, 7},   {1089, 3, 1},
                                            {128, 8, 2}, {1024, 1, 4}, {162, 17, 18}, {36, 12, 36}, {1024, 64, 16}};
    for (const auto& [rows, columns, newRows] : problems) {
        const std::int64_t newColumns = rows * columns / newRows;
        for (const bool accumulate : {false, true}) {
            const auto add = [&](std::int64_t m, std::int64_t n, std::int64_t p, std::int64_t q) {
                list.push_back(
                    {sizeName(m, n) + " to " + sizeName(p, q) + (accumulate ? " accumulating" : ""), [=](OpTrial& t) {
                         const Tensor y = accumulate ? t.changed(p, q) : t.result(p, q);
                         t.add(Repack{t.values(m, n), y, accumulate});
                     }});
            };
            add(rows, columns, newRows, newColumns);
            add(newRows, newColumns, rows, columns);
        }
    }
    return list;
}

}  // namespace

extern const ReferenceOp repack{Repack::name, hostOp<Repack, record>(), examples()};

}  // namespace lemnos::reference_ops
