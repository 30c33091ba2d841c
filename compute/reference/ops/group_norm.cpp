#include "compute/ops/group_norm.h"

#include <cmath>

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const GroupNorm& op) {
    recorder.run([op] {
        const MatrixView x(op.x), gamma(op.gamma), beta(op.beta), y(op.y), mean(op.mean), inverse(op.inverse);
        const std::int64_t width = x.columns / op.groups;
        const double count = double(op.rowsPerSample * width);
        std::vector<double> centers, scales;
        for (std::int64_t s = 0; s < mean.rows; ++s) {
            for (std::int64_t g = 0; g < op.groups; ++g) {
                double center = 0, variance = 0;
                for (std::int64_t i = s * op.rowsPerSample; i < (s + 1) * op.rowsPerSample; ++i)
                    for (std::int64_t j = g * width; j < (g + 1) * width; ++j) center += double(x(i, j)) / count;
                for (std::int64_t i = s * op.rowsPerSample; i < (s + 1) * op.rowsPerSample; ++i)
                    for (std::int64_t j = g * width; j < (g + 1) * width; ++j)
                        variance += (double(x(i, j)) - center) * (double(x(i, j)) - center) / count;
                centers.push_back(center);
                scales.push_back(1 / std::sqrt(variance + double(op.epsilon)));
            }
        }
        mean.fill([&](std::int64_t s, std::int64_t g) { return centers[std::size_t(s * op.groups + g)]; });
        inverse.fill([&](std::int64_t s, std::int64_t g) { return scales[std::size_t(s * op.groups + g)]; });
        y.fill([&](std::int64_t i, std::int64_t j) {
            const auto group = std::size_t(i / op.rowsPerSample * op.groups + j / width);
            return double(gamma(0, j)) * (double(x(i, j)) - centers[group]) * scales[group] + double(beta(0, j));
        });
    });
    return {};
}

OpExample example(std::int64_t samples, std::int64_t rowsPerSample, std::int64_t columns, std::int64_t groups,
                  double center = 0) {
    const std::string name = std::to_string(samples) + "x" + std::to_string(rowsPerSample) + "x" +
                             std::to_string(columns) + " in " + std::to_string(groups) + " groups around " +
                             std::to_string(int(center));
    return {name,
            [=](OpTrial& t) {
                const std::int64_t rows = samples * rowsPerSample;
                const Tensor x = t.values(rows, columns, center - 1.7, center + 1.7);
                const Tensor gamma = t.parameters(1, columns, 0.5, 1.5), beta = t.parameters(1, columns);
                const Tensor y = t.result(rows, columns);
                const Tensor mean = t.parameterResult(samples, groups), inverse = t.parameterResult(samples, groups);
                t.add(GroupNorm{x, gamma, beta, y, mean, inverse, rowsPerSample, groups});
            },
            5e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t problems[][4] = {
        {1, 1, 1, 1},  {1, 1, 7, 1},    {5, 1, 33, 1},    {3, 1, 1030, 1}, {70, 1, 64, 1},      {2, 9, 6, 2},
        {3, 25, 6, 6}, {3, 49, 15, 5},  {2, 25, 17, 17},  {1, 1089, 5, 1}, {2, 33 * 33, 12, 3}, {4, 64, 32, 8},
        {2, 4, 10, 5}, {9, 16, 64, 32}, {1, 66000, 3, 1}, {300, 1, 20, 4}, {2, 3, 520, 2}};
    for (const auto& [samples, rowsPerSample, columns, groups] : problems)
        list.push_back(example(samples, rowsPerSample, columns, groups));
    list.push_back(example(3, 49, 15, 5, 10));
    list.push_back(example(9, 1, 130, 1, 10));
    return list;
}

}  // namespace

extern const ReferenceOp group_norm{GroupNorm::name, hostOp<GroupNorm, record>(), examples()};

}  // namespace lemnos::reference_ops
