#include "compute/ops/batch_norm.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/norms.h"
#include "compute/cpu/row_chunks.h"

namespace lemnos::cpu_ops {
namespace {

using Statistics = BatchNorm::Statistics;

void measureChunks(const BatchNorm& op, const RowChunks& chunks, float* means, float* squares) {
    const float* x = hostData(op.x);
    chunks.forEachBlock([=](std::int64_t chunk, std::int64_t row, std::int64_t rows, std::int64_t column,
                            std::int64_t columns, std::int64_t stride) {
        columnMoments(rows, columns, stride, x + row * stride + column, means + chunk * stride + column,
                      squares + chunk * stride + column);
    });
}

/// Chan, Golub & LeVeque 1983, eq. 2.1.
void combineChunks(const BatchNorm& op, const RowChunks& chunks, const float* means, const float* squares) {
    float *mean = hostData(op.mean), *inverse = hostData(op.inverse), *runningMean = hostData(op.runningMean),
          *runningVariance = hostData(op.runningVariance);
    const double momentum = double(op.momentum), rows = double(op.x.rows);
    for (std::int64_t j = 0; j < op.x.columns; ++j) {
        double count = 0, m = 0, s = 0;
        for (std::int64_t chunk = 0; chunk < chunks.count(); ++chunk) {
            const double other = double(chunks.rowsOf(chunk)), share = other / (count + other);
            const double d = double(means[chunk * op.x.stride + j]) - m;
            m += d * share;
            s += double(squares[chunk * op.x.stride + j]) + d * d * count * share;
            count += other;
        }
        mean[j] = float(m);
        inverse[j] = float(1 / std::sqrt(s / rows + double(op.epsilon)));
        runningMean[j] += float(momentum * (m - double(runningMean[j])));
        runningVariance[j] += float(momentum * (s / std::max(rows - 1, 1.0) - double(runningVariance[j])));
    }
    std::fill(mean + op.x.columns, mean + op.x.stride, 0.0f);
    std::fill(inverse + op.x.columns, inverse + op.x.stride, 0.0f);
}

/// gamma times inverse deviation.
void scales(const BatchNorm& op, float* scale) {
    const float *gamma = hostData(op.gamma), *inverse = hostData(op.inverse), *variance = hostData(op.runningVariance);
    const bool running = op.statistics == Statistics::running;
    for (std::int64_t j = 0; j < op.x.stride; ++j)
        scale[j] = gamma[j] * (running ? 1 / std::sqrt(variance[j] + op.epsilon) : inverse[j]);
}

void normalise(const BatchNorm& op, const RowChunks& chunks, const float* scale) {
    const float *x = hostData(op.x), *beta = hostData(op.beta),
                *mean = hostData(op.statistics == Statistics::running ? op.runningMean : op.mean);
    float* y = hostData(op.y);
    const std::int64_t stride = op.x.stride;
    chunks.forEachChunk([&](std::int64_t row, std::int64_t rows) {
        simd::withKind(op.activation.kind, [&]<ActivationKind kind>(std::integral_constant<ActivationKind, kind>) {
            transformWithColumns(
                rows, stride, y + row * stride,
                [alpha = op.activation.alpha](float m, float s, float shift, float, float value) {
                    return simd::activate<kind>((value - m) * s + shift, alpha);
                },
                {mean, scale, beta, beta}, x + row * stride);
        });
        if (op.activation.kind != ActivationKind::sigmoid) return;  // the one that is not zero at zero
        for (std::int64_t i = row; i < row + rows && op.x.columns < stride; ++i)
            std::fill(y + i * stride + op.x.columns, y + (i + 1) * stride, 0.0f);
    });
}

Status record(HostRecorder& recorder, const BatchNorm& op) {
    const RowChunks chunks(op.x);
    TRY(float* const scale, recorder.scratch(op.x.stride));
    if (op.statistics != Statistics::ofBatch) {
        recorder.run([=] {
            scales(op, scale);
            normalise(op, chunks, scale);
        });
        return {};
    }
    TRY(float* const means, recorder.scratch(chunks.count() * op.x.stride));
    TRY(float* const squares, recorder.scratch(chunks.count() * op.x.stride));
    recorder.run([=] {
        measureChunks(op, chunks, means, squares);
        combineChunks(op, chunks, means, squares);
        scales(op, scale);
        normalise(op, chunks, scale);
    });
    return {};
}

}  // namespace

extern const HostOp batch_norm = hostOp<BatchNorm, record>();

}  // namespace lemnos::cpu_ops
