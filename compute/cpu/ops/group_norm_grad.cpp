#include "compute/ops/group_norm_grad.h"

#include <omp.h>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"
#include "compute/cpu/norms.h"

namespace lemnos::cpu_ops {
namespace {

/// Numbers by column, in rows of x.stride floats that belong to one thread.
struct Columns {
    static constexpr std::int64_t count = 7;
    float *sum, *product;  ///< of dY and of dY n over all samples of this thread
    float *center, *scale, *slope, *offset, *deviated;

    Columns(float* rows, std::int64_t stride)
        : sum(rows),
          product(rows + stride),
          center(rows + 2 * stride),
          scale(rows + 3 * stride),
          slope(rows + 4 * stride),
          offset(rows + 5 * stride),
          deviated(rows + 6 * stride) {}
};

/// sum[j] and product[j] = the sums over the rows of a sample of dY and of dY (x - center).
void sumSample(std::int64_t rows, std::int64_t stride, const float* center, const float* x, const float* dY, float* sum,
               float* product) {
    const auto both = [](float middle, float value, float d) { return Pair{d, d * (value - middle)}; };
    for (std::int64_t first = 0; first < stride; first += columnsPerSum) {
        const std::int64_t columns = std::min(columnsPerSum, stride - first);
        if (rows == 1) {
            std::fill_n(sum + first, columns, 0.0f);
            std::fill_n(product + first, columns, 0.0f);
            addPairs(1, columns, stride, sum + first, product + first, both, center + first, x + first, dY + first);
            continue;
        }
        ColumnSums sums;
        sums.add(rows, columns, stride, both, center + first, x + first, dY + first);
        for (std::int64_t j = 0; j < columns; ++j) {
            sum[first + j] = float(sums.first[j]);
            product[first + j] = float(sums.second[j]);
        }
    }
}

/// From the sums of a group's columns those over all, and what dX is made of.
LEMNOS_VECTOR_CLONES void combineGroup(std::int64_t first, std::int64_t end, float elements, float inverse,
                                       const float* gamma, const Columns& columns) {
    float *sum = columns.offset, *product = columns.deviated, *scale = columns.scale, *slope = columns.slope;
    float *allSums = columns.sum, *allProducts = columns.product;
    float sumQ = 0, sumQn = 0;
#pragma omp simd reduction(+ : sumQ, sumQn)
    for (std::int64_t j = first; j < end; ++j) {
        const float n = product[j] * inverse;
        sumQ += gamma[j] * sum[j];
        sumQn += gamma[j] * n;
        allSums[j] += sum[j];
        allProducts[j] += n;
    }
    const float meanQ = inverse * sumQ / elements, meanQn = inverse * inverse * sumQn / elements;
#pragma omp simd
    for (std::int64_t j = first; j < end; ++j) {
        scale[j] = gamma[j] * inverse;
        slope[j] = meanQn;
        sum[j] = meanQ;  // from here on the offset
    }
}

void gradientOfSample(const GroupNormGrad& op, std::int64_t sample, const Columns& columns) {
    const std::int64_t stride = op.x.stride, width = op.x.columns / op.groups,
                       from = sample * op.rowsPerSample * stride;
    const float *x = hostData(op.x) + from, *dY = hostData(op.dY) + from, *gamma = hostData(op.gamma),
                *mean = hostData(op.mean) + sample * op.mean.stride,
                *inverse = hostData(op.inverse) + sample * op.mean.stride;
    for (std::int64_t g = 0; g < op.groups; ++g) std::fill_n(columns.center + g * width, width, mean[g]);
    sumSample(op.rowsPerSample, stride, columns.center, x, dY, columns.offset, columns.deviated);
    for (std::int64_t g = 0; g < op.groups; ++g)
        combineGroup(g * width, (g + 1) * width, float(op.rowsPerSample) * float(width), inverse[g], gamma, columns);
    if (op.dX)
        normGradRows(op.rowsPerSample, stride, {columns.center, columns.scale, columns.slope, columns.offset}, {},
                     op.accumulate, x, dY, nullptr, hostData(op.dX) + from);
}

void run(const GroupNormGrad& op, std::int64_t tasks, float* scratch) {
    const std::int64_t stride = op.x.stride, samples = op.mean.rows, floats = Columns::count * stride;
#pragma omp parallel for schedule(static) if (op.x.rows * stride > floatsPerThread)
    for (std::int64_t task = 0; task < tasks; ++task) {
        std::fill_n(scratch + task * floats, floats, 0.0f);  // the padding stays zero
        const Columns columns(scratch + task * floats, stride);
        for (std::int64_t s = task * samples / tasks; s < (task + 1) * samples / tasks; ++s) {
            gradientOfSample(op, s, columns);
            std::fill_n(columns.offset + op.x.columns, stride - op.x.columns, 0.0f);
        }
    }
    float *dGamma = hostData(op.dGamma), *dBeta = hostData(op.dBeta);
    for (std::int64_t j = 0; j < stride; ++j) {
        float sum = op.accumulateWeights ? dBeta[j] : 0, product = op.accumulateWeights ? dGamma[j] : 0;
        for (std::int64_t task = 0; task < tasks; ++task) {
            sum += scratch[task * floats + j];
            product += scratch[task * floats + stride + j];
        }
        dBeta[j] = sum;
        dGamma[j] = product;
    }
}

Status record(HostRecorder& recorder, const GroupNormGrad& op) {
    const std::int64_t tasks = std::min<std::int64_t>(omp_get_max_threads(), op.mean.rows);
    TRY(float* const scratch, recorder.scratch(tasks * Columns::count * op.x.stride));
    recorder.run([=] { run(op, tasks, scratch); });
    return {};
}

}  // namespace

extern const HostOp group_norm_grad = hostOp<GroupNormGrad, record>();

}  // namespace lemnos::cpu_ops
