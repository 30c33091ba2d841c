#include "compute/ops/softmax.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/softmax_row.h"

namespace lemnos::cpu_ops {
namespace {

LEMNOS_VECTOR_CLONES void softmaxRow(std::int64_t columns, std::int64_t stride, const float* x, float* y) {
    const float inverse = 1 / exponentials(columns, x, largestOf(columns, x), y);
#pragma omp simd
    for (std::int64_t j = 0; j < columns; ++j) y[j] *= inverse;
    for (std::int64_t j = columns; j < stride; ++j) y[j] = 0;
}

Status record(HostRecorder& recorder, const Softmax& op) {
    recorder.run(
        [x = hostData(op.x), y = hostData(op.y), rows = op.x.rows, columns = op.x.columns, stride = op.x.stride] {
#pragma omp parallel for schedule(static) if (rows * stride > floatsPerThread)
            for (std::int64_t i = 0; i < rows; ++i) softmaxRow(columns, stride, x + i * stride, y + i * stride);
        });
    return {};
}

}  // namespace

extern const HostOp softmax = hostOp<Softmax, record>();

}  // namespace lemnos::cpu_ops
