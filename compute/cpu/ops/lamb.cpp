#include "compute/ops/lamb.h"

#include <cmath>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/ops/arena_support.h"
#include "compute/ops/step.h"

namespace lemnos::cpu_ops {
namespace {

struct Factors {
    float beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, decay, c1, c2;
};

struct Squares {
    float weights, updates;
};

/// Overwrites the gradients with the update; the squares are summed in the same pass.
Squares prepare(const float* w, float* gradients, float* m, float* v, std::int64_t n, Factors k) {
    float weights = 0, updates = 0;
#pragma omp simd reduction(+ : weights, updates)
    for (std::int64_t i = 0; i < n; ++i) {
        const float g = gradients[i];
        const float newM = k.beta1 * m[i] + k.oneMinusBeta1 * g;
        const float newV = k.beta2 * v[i] + k.oneMinusBeta2 * g * g;
        const float u = newM * k.c1 / (std::sqrt(newV) * k.c2 + k.epsilon) + k.decay * w[i];
        m[i] = newM;
        v[i] = newV;
        gradients[i] = u;
        weights += w[i] * w[i];
        updates += u * u;
    }
    return {weights, updates};
}

void step(float* w, const float* update, std::int64_t n, float rate) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) w[i] -= rate * update[i];
}

Status record(HostRecorder& recorder, const Lamb& op) {
    const std::int64_t n = op.weights.stride, blocks = arenaBlocks(n);
    TRY(float* squares, recorder.scratch(2 * blocks));
    recorder.run([op, n, blocks, squares, w = hostData(op.weights), g = hostData(op.gradients), m = hostData(op.m),
                  v = hostData(op.v), scalars = hostData<StepScalars>(op.scalars)] {
        if (scalars->skip != 0) return;
        const Factors k{static_cast<float>(op.beta1),   static_cast<float>(1 - op.beta1),
                        static_cast<float>(op.beta2),   static_cast<float>(1 - op.beta2),
                        static_cast<float>(op.epsilon), static_cast<float>(op.decay),
                        scalars->optimizer[0],          scalars->optimizer[1]};
        forBlocks(n, [&](std::int64_t block, std::int64_t first, std::int64_t count) {
            const Squares sums = prepare(w + first, g + first, m + first, v + first, count, k);
            squares[2 * block] = sums.weights;
            squares[2 * block + 1] = sums.updates;
        });
        double weights = 0, updates = 0;
        for (std::int64_t block = 0; block < blocks; ++block) {
            weights += static_cast<double>(squares[2 * block]);
            updates += static_cast<double>(squares[2 * block + 1]);
        }
        const double ratio = weights > 0 && updates > 0 ? std::sqrt(weights / updates) : 1;
        const auto rate = static_cast<float>(scalars->learningRate * op.rateFactor * ratio);
        forBlocks(
            n, [&](std::int64_t, std::int64_t first, std::int64_t count) { step(w + first, g + first, count, rate); });
    });
    return {};
}

}  // namespace

extern const HostOp lamb = hostOp<Lamb, record>();

}  // namespace lemnos::cpu_ops
