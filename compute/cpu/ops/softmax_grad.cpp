#include "compute/ops/softmax_grad.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

/// The padding of y is zero, and so is that of dX.
LEMNOS_VECTOR_CLONES void gradientRow(std::int64_t stride, const float* y, const float* dY, float* dX,
                                      bool accumulate) {
    float inner = 0;
#pragma omp simd reduction(+ : inner)
    for (std::int64_t j = 0; j < stride; ++j) inner += dY[j] * y[j];
    if (accumulate) {
#pragma omp simd
        for (std::int64_t j = 0; j < stride; ++j) dX[j] += y[j] * (dY[j] - inner);
    } else {
#pragma omp simd
        for (std::int64_t j = 0; j < stride; ++j) dX[j] = y[j] * (dY[j] - inner);
    }
}

Status record(HostRecorder& recorder, const SoftmaxGrad& op) {
    recorder.run([y = hostData(op.y), dY = hostData(op.dY), dX = hostData(op.dX), rows = op.y.rows,
                  stride = op.y.stride, accumulate = op.accumulate] {
#pragma omp parallel for schedule(static) if (rows * stride > floatsPerThread)
        for (std::int64_t i = 0; i < rows; ++i)
            gradientRow(stride, y + i * stride, dY + i * stride, dX + i * stride, accumulate);
    });
    return {};
}

}  // namespace

extern const HostOp softmax_grad = hostOp<SoftmaxGrad, record>();

}  // namespace lemnos::cpu_ops
