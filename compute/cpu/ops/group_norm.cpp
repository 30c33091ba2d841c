#include "compute/ops/group_norm.h"

#include <omp.h>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"
#include "compute/cpu/norms.h"

namespace lemnos::cpu_ops {
namespace {

struct Moments {
    float mean, inverse;
};

/// Of a group from those of its columns, each over `rows` rows.
LEMNOS_VECTOR_CLONES Moments groupMoments(std::int64_t width, std::int64_t rows, float epsilon, const float* means,
                                          const float* squares) {
    const float shift = means[0];
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < width; ++j) sum += means[j] - shift;
    const float mean = shift + sum / float(width);
    float within = 0, between = 0;
#pragma omp simd reduction(+ : within, between)
    for (std::int64_t j = 0; j < width; ++j) {
        within += squares[j];
        between += (means[j] - mean) * (means[j] - mean);
    }
    const float variance = (within / float(rows) + between) / float(width);
    return {mean, 1 / std::sqrt(variance + epsilon)};
}

/// Numbers by column while a sample is worked on.
struct Columns {
    float *mean, *squares;
};

void normaliseSample(const GroupNorm& op, std::int64_t sample, const Columns& columns) {
    const std::int64_t stride = op.x.stride, width = op.x.columns / op.groups;
    const float *x = hostData(op.x) + sample * op.rowsPerSample * stride, *gamma = hostData(op.gamma),
                *beta = hostData(op.beta);
    float *mean = hostData(op.mean) + sample * op.mean.stride,
          *inverse = hostData(op.inverse) + sample * op.mean.stride;
    for (std::int64_t j = 0; j < stride; j += columnsPerSum)
        columnMoments(op.rowsPerSample, std::min(columnsPerSum, stride - j), stride, x + j, columns.mean + j,
                      columns.squares + j);
    float *center = columns.mean, *scale = columns.squares;  // take the place of the moments of the columns
    for (std::int64_t g = 0; g < op.groups; ++g) {
        const std::int64_t first = g * width;
        const Moments m =
            groupMoments(width, op.rowsPerSample, op.epsilon, columns.mean + first, columns.squares + first);
        mean[g] = m.mean;
        inverse[g] = m.inverse;
        for (std::int64_t j = first; j < first + width; ++j) {
            center[j] = m.mean;
            scale[j] = gamma[j] * m.inverse;
        }
    }
    std::fill(center + op.x.columns, center + stride, 0.0f);
    std::fill(scale + op.x.columns, scale + stride, 0.0f);
    std::fill(mean + op.groups, mean + op.mean.stride, 0.0f);
    std::fill(inverse + op.groups, inverse + op.mean.stride, 0.0f);
    transformWithColumns(
        op.rowsPerSample, stride, hostData(op.y) + sample * op.rowsPerSample * stride,
        [](float m, float s, float shift, float, float value) { return (value - m) * s + shift; },
        {center, scale, beta, beta}, x);
}

Status record(HostRecorder& recorder, const GroupNorm& op) {
    const std::int64_t tasks = std::min<std::int64_t>(omp_get_max_threads(), op.mean.rows);
    TRY(float* const scratch, recorder.scratch(tasks * 2 * op.x.stride));
    recorder.run([=] {
#pragma omp parallel for schedule(static) if (op.x.rows * op.x.stride > floatsPerThread)
        for (std::int64_t task = 0; task < tasks; ++task) {
            float* const mean = scratch + task * 2 * op.x.stride;
            for (std::int64_t s = task * op.mean.rows / tasks; s < (task + 1) * op.mean.rows / tasks; ++s)
                normaliseSample(op, s, {mean, mean + op.x.stride});
        }
    });
    return {};
}

}  // namespace

extern const HostOp group_norm = hostOp<GroupNorm, record>();

}  // namespace lemnos::cpu_ops
