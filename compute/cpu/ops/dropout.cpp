#include "compute/ops/dropout.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"
#include "compute/ops/step.h"
#include "compute/random.h"

namespace lemnos::cpu_ops {
namespace {

constexpr std::int64_t batch = 64;  // quads whose random numbers are made together

struct Mask {
    std::uint32_t seedLow, seedHigh, epoch, layer, threshold;
    float scale;

    explicit Mask(const Dropout& op)
        : layer(op.layer), threshold(dropoutThreshold(op.rate)), scale(static_cast<float>(1 / (1 - op.rate))) {
        const StepScalars& step = *hostData<StepScalars>(op.scalars);
        seedLow = step.seedLow;
        seedHigh = step.seedHigh;
        epoch = step.epoch;
    }
};

/// factors[i] = 0 or the scale, for the elements of at most `batch` quads of sample `index`. Philox as in
/// compute/random.h, a round at a time for all quads, because that is a loop of vectors.
LEMNOS_VECTOR_CLONES void factorsOf(const Mask& mask, std::uint32_t index, std::int64_t firstQuad, std::int64_t quads,
                                    float* factors) {
    std::uint32_t c0[batch], c1[batch], c2[batch], c3[batch];
#pragma omp simd
    for (std::int64_t q = 0; q < batch; ++q) {
        c0[q] = static_cast<std::uint32_t>(firstQuad + q);
        c1[q] = index;
        c2[q] = mask.layer;
        c3[q] = mask.epoch;
    }
    std::uint32_t key0 = mask.seedLow, key1 = mask.seedHigh;
    for (int round = 0; round < 10; ++round, key0 += 0x9e3779b9u, key1 += 0xbb67ae85u) {
#pragma omp simd
        for (std::int64_t q = 0; q < batch; ++q) {
            const std::uint64_t p0 = std::uint64_t{0xd2511f53u} * c0[q], p1 = std::uint64_t{0xcd9e8d57u} * c2[q];
            c0[q] = static_cast<std::uint32_t>(p1 >> 32) ^ c1[q] ^ key0;
            c2[q] = static_cast<std::uint32_t>(p0 >> 32) ^ c3[q] ^ key1;
            c1[q] = static_cast<std::uint32_t>(p1);
            c3[q] = static_cast<std::uint32_t>(p0);
        }
    }
    for (std::int64_t q = 0; q < quads; ++q) {
        factors[4 * q] = c0[q] >= mask.threshold ? mask.scale : 0.0f;
        factors[4 * q + 1] = c1[q] >= mask.threshold ? mask.scale : 0.0f;
        factors[4 * q + 2] = c2[q] >= mask.threshold ? mask.scale : 0.0f;
        factors[4 * q + 3] = c3[q] >= mask.threshold ? mask.scale : 0.0f;
    }
}

/// y = factor x [+ y] over rows that share their factors. What is dropped is zero whatever it was.
void scale(const Dropout& op, std::int64_t at, std::int64_t rows, std::int64_t width, std::int64_t step,
           const float* factors) {
    const float* x = hostData(op.x) + at;
    float* y = hostData(op.y) + at;
    const auto kept = [](float factor, float v) { return factor > 0 ? factor * v : 0.0f; };
    const auto added = [](float factor, float v, float old) { return (factor > 0 ? factor * v : 0.0f) + old; };
    if (width == step) {
        if (op.accumulate)
            transformWithRow(rows, width, y, added, factors, x, y);
        else
            transformWithRow(rows, width, y, kept, factors, x);
        return;
    }
    for (std::int64_t i = 0; i < rows; ++i, x += step, y += step) {
        if (op.accumulate)
            transformHere(width, y, added, factors, x, y);
        else
            transformHere(width, y, kept, factors, x);
    }
}

void run(const Dropout& op) {
    const Mask mask(op);
    const auto* indices = hostData<std::uint32_t>(op.sampleIndices);
    const std::int64_t quads = op.x.stride / 4, samples = op.sampleIndices.columns;
    // A sample as rows that share their factors: one row of all elements, or all rows of channels.
    const std::int64_t rows = op.unit == DropoutUnit::channel ? op.rowsPerSample : 1;
    const std::int64_t width = op.unit == DropoutUnit::channel ? quads : quads * op.rowsPerSample;
    const std::int64_t blocks = (width + batch - 1) / batch;
#pragma omp parallel for schedule(static) if (op.x.rows * op.x.stride > floatsPerThread)
    for (std::int64_t task = 0; task < samples * blocks; ++task) {
        const std::int64_t sample = task / blocks, first = task % blocks * batch,
                           count = std::min(batch, width - first);
        float factors[4 * batch];
        if (op.unit == DropoutUnit::sample) {
            const auto bits =
                philox(std::uint64_t{mask.seedHigh} << 32 | mask.seedLow, mask.epoch, indices[sample], mask.layer, 0);
            std::fill_n(factors, 4 * count, bits[0] >= mask.threshold ? mask.scale : 0.0f);
        } else {
            factorsOf(mask, indices[sample], first, count, factors);
        }
        scale(op, 4 * (sample * rows * width + first), rows, 4 * count, 4 * width, factors);
    }
}

Status record(HostRecorder& recorder, const Dropout& op) {
    recorder.run([op] { run(op); });
    return {};
}

}  // namespace

extern const HostOp dropout = hostOp<Dropout, record>();

}  // namespace lemnos::cpu_ops
