#include "compute/ops/adam.h"

#include <cmath>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"
#include "compute/ops/step.h"

namespace lemnos::cpu_ops {
namespace {

struct Factors {
    float beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, coupledDecay;
    float rate, correction, keep;  ///< of this step
};

/// 28 bytes per parameter and few operations: memory decides, so there is nothing to gain from wider vectors.
void step(float* w, const float* gradients, float* m, float* v, std::int64_t n, Factors k) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float g = gradients[i] + k.coupledDecay * w[i];
        const float newM = k.beta1 * m[i] + k.oneMinusBeta1 * g;
        const float newV = k.beta2 * v[i] + k.oneMinusBeta2 * g * g;
        m[i] = newM;
        v[i] = newV;
        w[i] = k.keep * w[i] - k.rate * newM / (std::sqrt(newV) * k.correction + k.epsilon);
    }
}

Status record(HostRecorder& recorder, const Adam& op) {
    recorder.run([op, w = hostData(op.weights), g = hostData(op.gradients), m = hostData(op.m), v = hostData(op.v),
                  scalars = hostData<StepScalars>(op.scalars)] {
        if (scalars->skip != 0) return;
        const double rate = scalars->learningRate * op.rateFactor;
        const Factors k{static_cast<float>(op.beta1),
                        static_cast<float>(1 - op.beta1),
                        static_cast<float>(op.beta2),
                        static_cast<float>(1 - op.beta2),
                        static_cast<float>(op.epsilon),
                        static_cast<float>(op.decoupled ? 0 : op.decay),
                        static_cast<float>(rate * scalars->optimizer[0]),
                        scalars->optimizer[1],
                        static_cast<float>(op.decoupled ? 1 - rate * op.decay : 1)};
        forBlocks(op.weights.stride, [&](std::int64_t, std::int64_t first, std::int64_t count) {
            step(w + first, g + first, m + first, v + first, count, k);
        });
    });
    return {};
}

}  // namespace

extern const HostOp adam = hostOp<Adam, record>();

}  // namespace lemnos::cpu_ops
