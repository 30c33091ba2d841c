#include "compute/ops/softmax.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Softmax& op) {
    recorder.run([op] {
        const MatrixView x(op.x), y(op.y);
        std::vector<double> largest, sums;
        for (std::int64_t i = 0; i < x.rows; ++i) {
            largest.push_back(x(i, 0));
            for (std::int64_t j = 0; j < x.columns; ++j) largest.back() = std::max(largest.back(), double(x(i, j)));
            sums.push_back(0);
            for (std::int64_t j = 0; j < x.columns; ++j) sums.back() += std::exp(double(x(i, j)) - largest.back());
        }
        y.fill([&](std::int64_t i, std::int64_t j) {
            return std::exp(double(x(i, j)) - largest[std::size_t(i)]) / sums[std::size_t(i)];
        });
    });
    return {};
}

std::string text(double number) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%g", number);
    return digits;
}

OpExample example(std::int64_t rows, std::int64_t columns, double low, double high, bool inPlace = false) {
    return {std::to_string(rows) + "x" + std::to_string(columns) + " from " + text(low) + " to " + text(high) +
                (inPlace ? " in place" : ""),
            [=](OpTrial& t) {
                const Tensor x = inPlace ? t.changed(rows, columns, low, high) : t.values(rows, columns, low, high);
                t.add(Softmax{x, inPlace ? x : t.result(rows, columns)});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t sizes[][2] = {{1, 1},    {1, 7},   {3, 4},   {5, 33},   {17, 10},  {64, 130},
                                         {2, 1025}, {700, 3}, {33, 65}, {1, 5000}, {66000, 2}};
    for (const auto& [rows, columns] : sizes) list.push_back(example(rows, columns, -5, 5));
    list.push_back(example(9, 17, -1000, 1000));
    list.push_back({"9x17, in single precision whatever x is", [](OpTrial& t) {
                        t.add(Softmax{t.values(9, 17, -5, 5), t.parameterResult(9, 17)});
                    }});
    list.push_back(example(3, 100, 6e4, 6.5e4));    // all far above zero
    list.push_back(example(3, 100, -6.5e4, -6e4));  // all far below, where the padding must not be the largest
    list.push_back(example(3, 5, -3e38, 3e38));
    list.back().fitsHalf = false;
    list.push_back(example(9, 17, -5, 5, true));
    list.push_back(example(2, 1025, -5, 5, true));
    return list;
}

}  // namespace

extern const ReferenceOp softmax{Softmax::name, hostOp<Softmax, record>(), examples()};

}  // namespace lemnos::reference_ops
