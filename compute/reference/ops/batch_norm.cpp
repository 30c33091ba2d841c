#include "compute/ops/batch_norm.h"

#include "compute/reference/activation.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

using Statistics = BatchNorm::Statistics;

struct Moments {
    double mean = 0, variance = 0;  // the biased one
};

Moments momentsOf(const MatrixView& x, std::int64_t column) {
    Moments m;
    for (std::int64_t i = 0; i < x.rows; ++i) m.mean += double(x(i, column)) / double(x.rows);
    for (std::int64_t i = 0; i < x.rows; ++i) {
        const double d = double(x(i, column)) - m.mean;
        m.variance += d * d / double(x.rows);
    }
    return m;
}

Status record(HostRecorder& recorder, const BatchNorm& op) {
    recorder.run([op] {
        const MatrixView x(op.x), gamma(op.gamma), beta(op.beta), y(op.y), runningMean(op.runningMean),
            runningVariance(op.runningVariance), mean(op.mean), inverse(op.inverse);
        std::vector<double> center, scale;
        for (std::int64_t j = 0; j < x.columns; ++j) {
            if (op.statistics == Statistics::kept) {
                center.push_back(mean(0, j));
                scale.push_back(inverse(0, j));
                continue;
            }
            const Moments m = op.statistics == Statistics::ofBatch ? momentsOf(x, j)
                                                                   : Moments{runningMean(0, j), runningVariance(0, j)};
            center.push_back(m.mean);
            scale.push_back(1 / std::sqrt(m.variance + double(op.epsilon)));
            if (op.statistics == Statistics::running) continue;
            const double unbiased = m.variance * double(x.rows) / double(std::max<std::int64_t>(x.rows - 1, 1));
            runningMean(0, j) += float(double(op.momentum) * (m.mean - double(runningMean(0, j))));
            runningVariance(0, j) += float(double(op.momentum) * (unbiased - double(runningVariance(0, j))));
        }
        if (op.statistics == Statistics::ofBatch) {
            mean.fill([&](std::int64_t, std::int64_t j) { return center[std::size_t(j)]; });
            inverse.fill([&](std::int64_t, std::int64_t j) { return scale[std::size_t(j)]; });
        }
        y.fill([&](std::int64_t i, std::int64_t j) {
            const double n = (double(x(i, j)) - center[std::size_t(j)]) * scale[std::size_t(j)];
            return activate(op.activation, double(gamma(0, j)) * n + double(beta(0, j)));
        });
    });
    return {};
}

OpExample example(std::int64_t rows, std::int64_t columns, Statistics statistics, double center = 0,
                  Activation activation = {}, bool inPlace = false) {
    const std::string name = std::to_string(rows) + "x" + std::to_string(columns) + " around " +
                             std::to_string(int(center)) +
                             (statistics == Statistics::ofBatch ? ""
                              : statistics == Statistics::kept  ? " kept"
                                                                : " running") +
                             (activation ? " activated" : "") + (inPlace ? " in place" : "");
    return {name,
            [=](OpTrial& t) {
                constexpr double half = 1.7320508;  // of the width of an even distribution of deviation 1
                BatchNorm op;
                op.x = inPlace ? t.changed(rows, columns, center - half, center + half)
                               : t.values(rows, columns, center - half, center + half);
                op.gamma = t.parameters(1, columns, 0.5, 1.5);
                op.beta = t.parameters(1, columns);
                op.y = inPlace ? op.x : t.result(rows, columns);
                op.statistics = statistics;
                op.activation = activation;
                if (statistics == Statistics::ofBatch) {
                    op.mean = t.parameterResult(1, columns);
                    op.inverse = t.parameterResult(1, columns);
                    op.runningMean = t.changedParameters(1, columns);
                    op.runningVariance = t.changedParameters(1, columns, 0.1, 2);
                } else if (statistics == Statistics::kept) {
                    op.mean = t.parameters(1, columns, center - 0.1, center + 0.1);
                    op.inverse = t.parameters(1, columns, 0.5, 2);
                } else {
                    op.runningMean = t.parameters(1, columns, center - 0.1, center + 0.1);
                    op.runningVariance = t.parameters(1, columns, 0.1, 2);
                }
                t.add(op);
            },
            5e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t sizes[][2] = {{1, 1},    {1, 7},       {2, 3},     {9, 5},    {49, 17},
                                         {5, 1030}, {33 * 33, 3}, {1000, 64}, {4099, 33}};
    for (const auto& [rows, columns] : sizes)
        for (const auto statistics : {Statistics::ofBatch, Statistics::kept, Statistics::running})
            list.push_back(example(rows, columns, statistics));
    list.push_back(example(70001, 3, Statistics::ofBatch));
    list.push_back(example(1025, 5, Statistics::ofBatch, 10));
    list.push_back(example(70001, 1, Statistics::ofBatch, 10));
    list.push_back(example(121, 5, Statistics::running, 10));
    list.push_back(example(50, 6, Statistics::running, 0, {}, true));
    list.push_back(example(50, 6, Statistics::running, 0, {ActivationKind::relu}, true));
    list.push_back(example(37, 9, Statistics::kept, 0, {ActivationKind::relu}));
    for (auto kind = ActivationKind::relu; kind <= ActivationKind::hardSwish;
         kind = ActivationKind(std::uint32_t(kind) + 1))
        list.push_back(example(37, 9, Statistics::ofBatch, 0, {kind, 0.25f}));
    return list;
}

}  // namespace

extern const ReferenceOp batch_norm{BatchNorm::name, hostOp<BatchNorm, record>(), examples()};

}  // namespace lemnos::reference_ops
