#include "compute/ops/softmax_cross_entropy.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

/// loss and gradient of one row by its logits; `target` is w_j t_j.
double rowLoss(const std::vector<double>& logits, const std::vector<double>& target, double focal,
               std::vector<double>& gradient) {
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0, loss = 0, sumS = 0;
    for (const double z : logits) sum += std::exp(z - largest);
    std::vector<double> p, s;
    for (std::size_t j = 0; j < logits.size(); ++j) {
        p.push_back(std::exp(logits[j] - largest) / sum);
        const double logP = std::max(logits[j] - largest - std::log(sum), -87.0);
        const double miss = 1 - p[j], weight = std::pow(miss, focal);
        loss -= target[j] * weight * logP;
        // Towards p = 1 the first part goes to zero, for log p goes as p - 1.
        const double slope = focal > 0 && miss > 0 ? focal * p[j] * std::pow(miss, focal - 1) * logP : 0;
        s.push_back(target[j] * (slope - weight));
        sumS += s[j];
    }
    gradient.clear();
    for (std::size_t k = 0; k < p.size(); ++k) gradient.push_back(s[k] - p[k] * sumS);
    return loss;
}

Status record(HostRecorder& recorder, const SoftmaxCrossEntropy& op) {
    recorder.run([op] {
        const MatrixView logits(op.logits), results(op.results), dLogits(op.dLogits), classWeights(op.classWeights);
        const std::uint32_t* labels = hostData<std::uint32_t>(op.labels);
        const std::uint32_t* otherLabels = hostData<std::uint32_t>(op.otherLabels);
        const std::uint32_t* labelShare = hostData<std::uint32_t>(op.labelShare);
        const double scale = hostData<StepScalars>(op.scalars)->inverseCount, smoothing = op.smoothing;
        std::vector<double> losses, answers;
        std::vector<std::vector<double>> gradients;
        for (std::int64_t i = 0; i < logits.rows; ++i) {
            const std::uint32_t a = labels[i], b = otherLabels ? otherLabels[i] : a;
            const double m = otherLabels ? double(std::bit_cast<float>(labelShare[i])) : 1;
            std::vector<double> z, target, gradient;
            for (std::int64_t j = 0; j < logits.columns; ++j) {
                z.push_back(logits(i, j));
                const double mixed = m * (j == a ? 1 : 0) + (1 - m) * (j == b ? 1 : 0);
                const double t = (1 - smoothing) * mixed + smoothing / double(logits.columns);
                target.push_back((classWeights ? double(classWeights(0, j)) : 1) * t);
            }
            const double loss = rowLoss(z, target, op.focal, gradient);
            const bool counts = a < logits.columns;
            const auto answer = std::max_element(z.begin(), z.end()) - z.begin();
            losses.push_back(counts ? loss : 0);
            answers.push_back(counts ? double(answer) : 0);
            for (double& g : gradient) g *= counts ? scale : 0;
            gradients.push_back(gradient);
        }
        results.fill([&](std::int64_t what, std::int64_t i) { return (what == 0 ? losses : answers)[std::size_t(i)]; });
        if (dLogits)
            dLogits.fill([&](std::int64_t i, std::int64_t j) { return gradients[std::size_t(i)][std::size_t(j)]; });
    });
    return {};
}

struct Use {
    float smoothing = 0, focal = 0;
    bool weights = false, mixed = false, gradient = true;
    double range = 5;  ///< of the logits, about zero
};

OpExample example(std::int64_t rows, std::int64_t columns, const Use& use = {}) {
    const std::string name =
        std::to_string(rows) + "x" + std::to_string(columns) + " up to " + std::to_string(int(use.range)) +
        (use.smoothing > 0 ? " smoothing " + std::to_string(use.smoothing) : "") +
        (use.focal > 0 ? " focal " + std::to_string(use.focal) : "") + (use.weights ? " weighted" : "") +
        (use.mixed ? " mixed" : "") + (use.gradient ? "" : " no gradient");
    return {name, [=](OpTrial& t) {
                std::vector<std::uint32_t> labels, otherLabels, labelShare;
                for (std::uint32_t i = 0; i < rows; ++i) {  // every fifth row takes no part
                    labels.push_back(i % 5 == 4 ? 0xffffffffu : i * 7 % std::uint32_t(columns));
                    otherLabels.push_back(i % 3 == 2 ? labels.back() : (i * 5 + 1) % std::uint32_t(columns));
                    labelShare.push_back(std::bit_cast<std::uint32_t>(float(i % 11) / 10));
                }
                SoftmaxCrossEntropy op;
                op.logits = t.values(rows, columns, -use.range, use.range);
                op.labels = t.words(labels);
                op.scalars = t.scalars({.inverseCount = 0.125f});
                op.results = t.parameterResult(2, rows);
                if (use.gradient) op.dLogits = t.result(rows, columns);
                if (use.mixed) {
                    op.otherLabels = t.words(otherLabels);
                    op.labelShare = t.words(labelShare);
                }
                if (use.weights) op.classWeights = t.parameters(1, columns, 0.2, 3);
                op.smoothing = use.smoothing;
                op.focal = use.focal;
                t.add(op);
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t sizes[][2] = {{1, 1},    {1, 7},   {3, 4},   {5, 33},   {17, 10}, {64, 130},
                                         {2, 1025}, {700, 3}, {33, 65}, {1, 5000}, {1300, 2}};
    for (const auto& [rows, columns] : sizes) list.push_back(example(rows, columns));
    list.push_back(example(17, 10, {.gradient = false}));
    for (const Use& use : {Use{.smoothing = 0.1f}, Use{.focal = 2}, Use{.focal = 1}, Use{.focal = 0.5f},
                           Use{.weights = true}, Use{.mixed = true}, Use{.smoothing = 0.1f, .weights = true},
                           Use{.smoothing = 0.2f, .focal = 1.5f, .weights = true, .mixed = true}}) {
        Use u = use;
        list.push_back(example(13, 10, u));
        list.push_back(example(6, 517, u));
        u.range = 40;  // probabilities of one and of nearly zero
        list.push_back(example(13, 10, u));
        u.range = 1000;  // beyond the smallest log p
        list.push_back(example(13, 10, u));
    }
    list.push_back(example(1, 1, {.smoothing = 0.1f, .focal = 2}));
    list.push_back(
        example(13, 10, {.smoothing = 0.2f, .focal = 1.5f, .weights = true, .mixed = true, .gradient = false}));
    list.push_back(example(13, 10, {.range = 40}));
    list.push_back(example(13, 10, {.range = 1000}));
    return list;
}

}  // namespace

extern const ReferenceOp softmax_cross_entropy{SoftmaxCrossEntropy::name, hostOp<SoftmaxCrossEntropy, record>(),
                                               examples()};

}  // namespace lemnos::reference_ops
