#include "compute/ops/lion.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"
#include "compute/ops/step.h"

namespace lemnos::cpu_ops {
namespace {

struct Factors {
    float beta1, oneMinusBeta1, beta2, oneMinusBeta2, rate, keep;
};

void step(float* w, const float* gradients, float* m, std::int64_t n, Factors k) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float g = gradients[i], c = k.beta1 * m[i] + k.oneMinusBeta1 * g;
        w[i] = k.keep * w[i] - (c > 0 ? k.rate : 0.0f) + (c < 0 ? k.rate : 0.0f);
        m[i] = k.beta2 * m[i] + k.oneMinusBeta2 * g;
    }
}

Status record(HostRecorder& recorder, const Lion& op) {
    recorder.run([op, w = hostData(op.weights), g = hostData(op.gradients), m = hostData(op.m),
                  scalars = hostData<StepScalars>(op.scalars)] {
        if (scalars->skip != 0) return;
        const double rate = scalars->learningRate * op.rateFactor;
        const Factors k{static_cast<float>(op.beta1), static_cast<float>(1 - op.beta1),
                        static_cast<float>(op.beta2), static_cast<float>(1 - op.beta2),
                        static_cast<float>(rate),     static_cast<float>(1 - rate * op.decay)};
        forBlocks(op.weights.stride, [&](std::int64_t, std::int64_t first, std::int64_t count) {
            step(w + first, g + first, m + first, count, k);
        });
    });
    return {};
}

}  // namespace

extern const HostOp lion = hostOp<Lion, record>();

}  // namespace lemnos::cpu_ops
