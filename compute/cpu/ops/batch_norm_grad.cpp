#include "compute/ops/batch_norm_grad.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/norms.h"
#include "compute/cpu/row_chunks.h"

namespace lemnos::cpu_ops {
namespace {

/// The sums of dZ and of dZ (x - mean) of every chunk.
void sumChunks(const BatchNormGrad& op, const RowChunks& chunks, float* sums, float* products) {
    const float *x = hostData(op.x), *dY = hostData(op.dY), *y = op.activation ? hostData(op.y) : dY,
                *mean = hostData(op.mean);
    chunks.forEachBlock([&](std::int64_t chunk, std::int64_t row, std::int64_t rows, std::int64_t column,
                            std::int64_t columns, std::int64_t stride) {
        const std::int64_t from = row * stride + column, to = chunk * stride + column;
        ColumnSums part;
        simd::withKind(op.activation.kind, [&]<ActivationKind kind>(std::integral_constant<ActivationKind, kind>) {
            part.add(
                rows, columns, stride,
                [alpha = op.activation.alpha](float center, float value, float d, float result) {
                    const float dZ = simd::activationGradient<kind>(result, alpha) * d;
                    return Pair{dZ, dZ * (value - center)};
                },
                mean + column, x + from, dY + from, y + from);
        });
        for (std::int64_t j = 0; j < columns; ++j) {
            sums[to + j] = float(part.first[j]);
            products[to + j] = float(part.second[j]);
        }
    });
}

/// Numbers by column, in rows of x.stride floats.
struct Columns {
    float *scale, *slope, *offset;
};

void combineChunks(const BatchNormGrad& op, const RowChunks& chunks, const float* sums, const float* products,
                   const Columns& columns) {
    const float *gamma = hostData(op.gamma), *inverse = hostData(op.inverse);
    float *dGamma = hostData(op.dGamma), *dBeta = hostData(op.dBeta);
    const double share = op.running ? 0 : 1 / double(op.x.rows);
    for (std::int64_t j = 0; j < op.x.stride; ++j) {
        double sum = 0, product = 0;
        for (std::int64_t chunk = 0; chunk < chunks.count(); ++chunk) {
            sum += double(sums[chunk * op.x.stride + j]);
            product += double(products[chunk * op.x.stride + j]);
        }
        const double scale = op.running ? 1 / std::sqrt(double(inverse[j]) + double(op.epsilon)) : double(inverse[j]);
        product *= scale;
        columns.scale[j] = gamma[j] * float(scale);
        columns.slope[j] = float(double(columns.scale[j]) * scale * product * share);
        columns.offset[j] = float(double(columns.scale[j]) * sum * share);
        dGamma[j] = float(product) + (op.accumulateWeights ? dGamma[j] : 0.0f);
        dBeta[j] = float(sum) + (op.accumulateWeights ? dBeta[j] : 0.0f);
    }
}

void run(const BatchNormGrad& op, const RowChunks& chunks, float* sums, float* products, const Columns& columns) {
    sumChunks(op, chunks, sums, products);
    combineChunks(op, chunks, sums, products, columns);
    if (!op.dX) return;
    const NormGradColumns numbers{hostData(op.mean), columns.scale, columns.slope, columns.offset};
    chunks.forEachChunk([&](std::int64_t row, std::int64_t rows) {
        const std::int64_t at = row * op.x.stride;
        normGradRows(rows, op.x.stride, numbers, op.activation, op.accumulate, hostData(op.x) + at,
                     hostData(op.dY) + at, op.activation ? hostData(op.y) + at : nullptr, hostData(op.dX) + at);
    });
}

Status record(HostRecorder& recorder, const BatchNormGrad& op) {
    const RowChunks chunks(op.x);
    TRY(float* const sums, recorder.scratch(chunks.count() * op.x.stride));
    TRY(float* const products, recorder.scratch(chunks.count() * op.x.stride));
    TRY(float* const columns, recorder.scratch(3 * op.x.stride));
    recorder.run([=] { run(op, chunks, sums, products, {columns, columns + op.x.stride, columns + 2 * op.x.stride}); });
    return {};
}

}  // namespace

extern const HostOp batch_norm_grad = hostOp<BatchNormGrad, record>();

}  // namespace lemnos::cpu_ops
