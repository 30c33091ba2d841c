#include "compute/ops/sgd.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"
#include "compute/ops/step.h"

namespace lemnos::cpu_ops {
namespace {

/// w -= rate (ofGradient g + ofVelocity u) is both plain momentum (0, 1) and Nesterov's (1, momentum).
struct Factors {
    float momentum, decay, rate, ofGradient, ofVelocity;
};

void step(float* w, const float* gradients, float* velocity, std::int64_t n, Factors k) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float g = gradients[i] + k.decay * w[i];
        const float u = k.momentum * velocity[i] + g;
        velocity[i] = u;
        w[i] -= k.rate * (k.ofGradient * g + k.ofVelocity * u);
    }
}

Status record(HostRecorder& recorder, const Sgd& op) {
    recorder.run([op, w = hostData(op.weights), g = hostData(op.gradients), u = hostData(op.velocity),
                  scalars = hostData<StepScalars>(op.scalars)] {
        if (scalars->skip != 0) return;
        const auto momentum = static_cast<float>(op.momentum);
        const Factors k{momentum, static_cast<float>(op.decay),
                        static_cast<float>(scalars->learningRate * op.rateFactor), op.nesterov ? 1.0f : 0.0f,
                        op.nesterov ? momentum : 1.0f};
        forBlocks(op.weights.stride, [&](std::int64_t, std::int64_t first, std::int64_t count) {
            step(w + first, g + first, u + first, count, k);
        });
    });
    return {};
}

}  // namespace

extern const HostOp sgd = hostOp<Sgd, record>();

}  // namespace lemnos::cpu_ops
