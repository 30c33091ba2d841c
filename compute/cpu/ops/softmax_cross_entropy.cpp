#include "compute/ops/softmax_cross_entropy.h"

#include <omp.h>

#include <bit>
#include <cmath>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/softmax_row.h"
#include "compute/ops/step.h"

namespace lemnos::cpu_ops {
namespace {

/// What a row is to be: class b is a without a second label.
struct Target {
    std::uint32_t a, b;
    float share;  ///< of a
};

/// The row at hand; p are its probabilities, except for the factor `inverse`.
struct Row {
    const float *logits, *p;
    std::int64_t columns;
    float largest, logSum, inverse;

    float logP(std::int64_t j) const { return std::max(logits[j] - largest - logSum, -87.0f); }
};

/// loss and s of one class: what w_j t_j adds.
struct Part {
    float loss, slope;
};

Part partOf(const Row& row, std::int64_t j, float target, float focal) {
    const float logP = row.logP(j);
    if (focal == 0) return {-target * logP, -target};
    const float p = row.p[j] * row.inverse, miss = std::max(1 - p, 0.0f), weight = std::pow(miss, focal);
    // Towards p = 1 the first part goes to zero, for log p goes as p - 1.
    const float first = miss > 0 ? focal * p * (weight / miss) * logP : 0;
    return {-target * weight * logP, target * (first - weight)};
}

LEMNOS_VECTOR_CLONES void scaleRow(std::int64_t columns, const float* p, float factor, float* dZ) {
#pragma omp simd
    for (std::int64_t j = 0; j < columns; ++j) dZ[j] = p[j] * factor;
}

LEMNOS_VECTOR_CLONES float prepare(std::int64_t columns, const float* logits, float largest, float* p) {
    return exponentials(columns, logits, largest, p);
}

LEMNOS_VECTOR_CLONES float largestLogit(std::int64_t columns, const float* logits) {
    return largestOf(columns, logits);
}

/// The loss of a row, and its gradient into dZ if that is not null. `slopes` holds a number for every column.
float lossOfRow(const SoftmaxCrossEntropy& op, const Row& row, const Target& target, float scale, float* slopes,
                float* dZ) {
    const float* weights = hostData(op.classWeights);
    const float rest = op.smoothing / float(row.columns);
    const auto wanted = [&](std::int64_t j) {
        const float mixed = (j == target.a ? target.share : 0.0f) + (j == target.b ? 1 - target.share : 0.0f);
        return (weights ? weights[j] : 1.0f) * ((1 - op.smoothing) * mixed + rest);
    };
    double loss = 0, sum = 0;
    const auto add = [&](std::int64_t j) {
        const Part part = partOf(row, j, wanted(j), op.focal);
        loss += double(part.loss);
        sum += double(part.slope);
        return part.slope * scale;
    };
    if (op.smoothing > 0) {
        for (std::int64_t j = 0; j < row.columns; ++j) slopes[j] = add(j);
        if (dZ) {
            scaleRow(row.columns, row.p, -float(sum) * scale * row.inverse, dZ);
            for (std::int64_t j = 0; j < row.columns; ++j) dZ[j] += slopes[j];
        }
        return float(loss);
    }
    // Only the labels count.
    const float slopeA = add(target.a);
    const bool both = target.b != target.a && target.b < row.columns;
    const float slopeB = both ? add(target.b) : 0.0f;
    if (dZ) {
        scaleRow(row.columns, row.p, -float(sum) * scale * row.inverse, dZ);
        dZ[target.a] += slopeA;
        if (both) dZ[target.b] += slopeB;
    }
    return float(loss);
}

void runRow(const SoftmaxCrossEntropy& op, std::int64_t i, float* scratch) {
    const std::int64_t columns = op.logits.columns, stride = op.logits.stride;
    const std::uint32_t a = hostData<std::uint32_t>(op.labels)[i];
    float *loss = hostData(op.results) + i, *answer = loss + op.results.stride;
    float* dZ = op.dLogits ? hostData(op.dLogits) + i * stride : nullptr;
    *loss = *answer = 0;
    if (a >= columns) {
        if (dZ) std::fill_n(dZ, stride, 0.0f);
        return;
    }
    const Target target = op.otherLabels ? Target{a, hostData<std::uint32_t>(op.otherLabels)[i],
                                                  std::bit_cast<float>(hostData<std::uint32_t>(op.labelShare)[i])}
                                         : Target{a, a, 1};
    const float* logits = hostData(op.logits) + i * stride;
    const float largest = largestLogit(columns, logits), sum = prepare(columns, logits, largest, scratch);
    const Row row{logits, scratch, columns, largest, std::log(sum), 1 / sum};
    *loss = lossOfRow(op, row, target, hostData<StepScalars>(op.scalars)->inverseCount, scratch + stride, dZ);
    *answer = float(std::find(logits, logits + columns, largest) - logits);
    if (dZ) std::fill(dZ + columns, dZ + stride, 0.0f);
}

Status record(HostRecorder& recorder, const SoftmaxCrossEntropy& op) {
    const std::int64_t rows = op.logits.rows, stride = op.logits.stride;
    const std::int64_t tasks = std::min<std::int64_t>(omp_get_max_threads(), rows);
    TRY(float* const scratch, recorder.scratch(tasks * 2 * stride));
    recorder.run([=] {
#pragma omp parallel for schedule(static) if (rows * stride > floatsPerThread)
        for (std::int64_t task = 0; task < tasks; ++task)
            for (std::int64_t i = task * rows / tasks; i < (task + 1) * rows / tasks; ++i)
                runRow(op, i, scratch + task * 2 * stride);
        float* const results = hostData(op.results);
        for (std::int64_t i = rows; i < op.results.stride; ++i) results[i] = results[op.results.stride + i] = 0;
    });
    return {};
}

}  // namespace

extern const HostOp softmax_cross_entropy = hostOp<SoftmaxCrossEntropy, record>();

}  // namespace lemnos::cpu_ops
