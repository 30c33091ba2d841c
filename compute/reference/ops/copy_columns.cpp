#include "compute/ops/copy_columns.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const CopyColumns& op) {
    recorder.run([op] {
        const MatrixView x(op.x), y(op.y);
        y.fill([&](std::int64_t i, std::int64_t j) -> double {
            const std::int64_t k = j - op.toColumn;
            if (k < 0 || k >= op.count) return y(i, j);
            return double(x(i, op.fromColumn + k)) + (op.accumulate ? y(i, j) : 0.0);
        });
    });
    return {};
}

/// Columns `from`, ... of a matrix of `width` to `to`, ... of one of `newWidth`.
OpExample example(std::int64_t rows, std::int64_t width, std::int64_t from, std::int64_t newWidth, std::int64_t to,
                  std::int64_t count, bool accumulate) {
    return {std::to_string(count) + " columns, " + std::to_string(from) + " of " + sizeName(rows, width) + " to " +
                std::to_string(to) + " of " + std::to_string(newWidth) + (accumulate ? " accumulating" : ""),
            [=](OpTrial& t) {
                t.add(CopyColumns{t.values(rows, width), t.changed(rows, newWidth), from, to, count, accumulate});
            }};
}

/// Joins matrices side by side; no column of the result is what it was before.
OpExample joined(std::int64_t rows, std::vector<std::int64_t> widths) {
    std::string name = "joined";
    std::int64_t sum = 0;
    for (const std::int64_t width : widths) {
        name += " " + std::to_string(width);
        sum += width;
    }
    return {name, [=](OpTrial& t) {
                const Tensor y = t.result(rows, sum);
                std::int64_t at = 0;
                for (const std::int64_t width : widths) {
                    t.add(CopyColumns{t.values(rows, width), y, 0, at, width});
                    at += width;
                }
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t problems[][6] = {{1, 1, 0, 1, 0, 1},     {5, 3, 0, 8, 5, 3},    {5, 8, 5, 3, 0, 3},
                                            {9, 7, 1, 9, 3, 5},     {9, 7, 1, 9, 3, 1},    {33, 16, 4, 24, 8, 8},
                                            {33, 16, 4, 24, 8, 12}, {33, 13, 4, 21, 8, 9}, {33, 22, 4, 22, 8, 6},
                                            {1089, 5, 0, 7, 2, 5},  {7, 130, 1, 70, 2, 66}};
    for (const auto& [rows, width, from, newWidth, to, count] : problems)
        for (const bool accumulate : {false, true})
            list.push_back(example(rows, width, from, newWidth, to, count, accumulate));
    list.push_back(joined(33, {3, 1, 5}));
    list.push_back(joined(33, {8, 4, 16}));
    list.push_back(joined(33, {4, 3}));
    list.push_back(joined(5, {7, 7, 7, 7}));
    return list;
}

}  // namespace

extern const ReferenceOp copy_columns{CopyColumns::name, hostOp<CopyColumns, record>(), examples()};

}  // namespace lemnos::reference_ops
