#include "compute/ops/rms_prop.h"

#include <cmath>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"
#include "compute/ops/step.h"

namespace lemnos::cpu_ops {
namespace {

struct Factors {
    float rho, oneMinusRho, momentum, epsilon, decay, rate;
};

void step(float* w, const float* gradients, float* v, float* velocity, std::int64_t n, Factors k) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float g = gradients[i] + k.decay * w[i];
        const float newV = k.rho * v[i] + k.oneMinusRho * g * g;
        const float u = k.momentum * velocity[i] + g / (std::sqrt(newV) + k.epsilon);
        v[i] = newV;
        velocity[i] = u;
        w[i] -= k.rate * u;
    }
}

Status record(HostRecorder& recorder, const RmsProp& op) {
    recorder.run([op, w = hostData(op.weights), g = hostData(op.gradients), v = hostData(op.v),
                  u = hostData(op.velocity), scalars = hostData<StepScalars>(op.scalars)] {
        if (scalars->skip != 0) return;
        const Factors k{static_cast<float>(op.rho),      static_cast<float>(1 - op.rho),
                        static_cast<float>(op.momentum), static_cast<float>(op.epsilon),
                        static_cast<float>(op.decay),    static_cast<float>(scalars->learningRate * op.rateFactor)};
        forBlocks(op.weights.stride, [&](std::int64_t, std::int64_t first, std::int64_t count) {
            step(w + first, g + first, v + first, u + first, count, k);
        });
    });
    return {};
}

}  // namespace

extern const HostOp rms_prop = hostOp<RmsProp, record>();

}  // namespace lemnos::cpu_ops
