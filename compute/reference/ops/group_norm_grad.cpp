#include "compute/ops/group_norm_grad.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const GroupNormGrad& op) {
    recorder.run([op] {
        const MatrixView x(op.x), gamma(op.gamma), mean(op.mean), inverse(op.inverse), dY(op.dY), dX(op.dX),
            dGamma(op.dGamma), dBeta(op.dBeta);
        const std::int64_t width = x.columns / op.groups;
        const double count = double(op.rowsPerSample * width);
        const auto n = [&](std::int64_t i, std::int64_t j) {
            const std::int64_t sample = i / op.rowsPerSample, group = j / width;
            return (double(x(i, j)) - double(mean(sample, group))) * double(inverse(sample, group));
        };
        const auto q = [&](std::int64_t i, std::int64_t j) { return double(gamma(0, j)) * double(dY(i, j)); };
        std::vector<double> columnSums(std::size_t(x.columns), 0.0), columnProducts(std::size_t(x.columns), 0.0);
        std::vector<double> sums(std::size_t(mean.rows * op.groups), 0.0), products(sums);
        for (std::int64_t i = 0; i < x.rows; ++i) {
            for (std::int64_t j = 0; j < x.columns; ++j) {
                columnSums[std::size_t(j)] += double(dY(i, j));
                columnProducts[std::size_t(j)] += double(dY(i, j)) * n(i, j);
                const auto group = std::size_t(i / op.rowsPerSample * op.groups + j / width);
                sums[group] += q(i, j);
                products[group] += q(i, j) * n(i, j);
            }
        }
        if (dX) {
            dX.fill([&](std::int64_t i, std::int64_t j) {
                const std::int64_t sample = i / op.rowsPerSample;
                const auto group = std::size_t(sample * op.groups + j / width);
                return double(inverse(sample, j / width)) *
                           (q(i, j) - sums[group] / count - n(i, j) * products[group] / count) +
                       (op.accumulate ? double(dX(i, j)) : 0.0);
            });
        }
        dGamma.fill([&](std::int64_t, std::int64_t j) {
            return columnProducts[std::size_t(j)] + (op.accumulateWeights ? double(dGamma(0, j)) : 0.0);
        });
        dBeta.fill([&](std::int64_t, std::int64_t j) {
            return columnSums[std::size_t(j)] + (op.accumulateWeights ? double(dBeta(0, j)) : 0.0);
        });
    });
    return {};
}

struct Use {
    double center = 0;
    bool accumulate = false, accumulateWeights = false;
    enum { apart, inPlace, none } dX = apart;
};

OpExample example(std::int64_t samples, std::int64_t rowsPerSample, std::int64_t columns, std::int64_t groups,
                  const Use& use = {}) {
    const std::string name = std::to_string(samples) + "x" + std::to_string(rowsPerSample) + "x" +
                             std::to_string(columns) + " in " + std::to_string(groups) + " groups around " +
                             std::to_string(int(use.center)) + (use.accumulate ? " accumulating" : "") +
                             (use.accumulateWeights ? " accumulating weights" : "") +
                             (use.dX == Use::inPlace ? " in place"
                              : use.dX == Use::none  ? " weights only"
                                                     : "");
    return {name,
            [=](OpTrial& t) {
                const std::int64_t rows = samples * rowsPerSample;
                GroupNormGrad op;
                op.x = t.values(rows, columns, use.center - 1.7, use.center + 1.7);
                op.gamma = t.parameters(1, columns, 0.5, 1.5);
                op.mean = t.parameters(samples, groups, use.center - 0.1, use.center + 0.1);
                op.inverse = t.parameters(samples, groups, 0.5, 2);
                op.dY = use.dX == Use::inPlace ? t.changed(rows, columns) : t.values(rows, columns);
                if (use.dX == Use::inPlace) op.dX = op.dY;
                if (use.dX == Use::apart) op.dX = use.accumulate ? t.changed(rows, columns) : t.result(rows, columns);
                op.dGamma = use.accumulateWeights ? t.changedParameters(1, columns) : t.parameterResult(1, columns);
                op.dBeta = use.accumulateWeights ? t.changedParameters(1, columns) : t.parameterResult(1, columns);
                op.rowsPerSample = rowsPerSample;
                op.groups = groups;
                op.accumulate = use.accumulate;
                op.accumulateWeights = use.accumulateWeights;
                t.add(op);
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
    list.push_back(example(3, 49, 15, 5, {.center = 10}));
    list.push_back(example(3, 9, 10, 2, {.accumulate = true}));
    list.push_back(example(3, 9, 10, 2, {.accumulateWeights = true}));
    list.push_back(example(3, 9, 10, 2, {.accumulate = true, .accumulateWeights = true}));
    list.push_back(example(19, 1, 130, 1, {.accumulate = true, .accumulateWeights = true}));
    list.push_back(example(3, 9, 10, 2, {.dX = Use::inPlace}));
    list.push_back(example(19, 1, 130, 1, {.dX = Use::inPlace}));
    list.push_back(example(3, 9, 10, 2, {.dX = Use::none}));
    return list;
}

}  // namespace

extern const ReferenceOp group_norm_grad{GroupNormGrad::name, hostOp<GroupNormGrad, record>(), examples()};

}  // namespace lemnos::reference_ops
