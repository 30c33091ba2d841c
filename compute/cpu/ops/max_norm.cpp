#include "compute/ops/max_norm.h"

#include <algorithm>
#include <cmath>

#include "compute/cpu/cpu_op.h"

namespace lemnos::cpu_ops {
namespace {

void addSquares(const float* row, float* squares, std::int64_t n) {
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j) squares[j] += row[j] * row[j];
}

void scale(float* row, const float* factors, std::int64_t n) {
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j) row[j] *= factors[j];
}

/// From the squares of each part of the rows to the factor of each column, which takes the place of the first part.
void factorsOf(float* squares, std::int64_t parts, std::int64_t n, double limit) {
    for (std::int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::int64_t part = 0; part < parts; ++part) sum += static_cast<double>(squares[part * n + j]);
        const double norm = std::sqrt(sum);
        squares[j] = norm <= limit ? 1.0f : static_cast<float>(limit / norm);
    }
}

Status record(HostRecorder& recorder, const MaxNorm& op) {
    // The number of parts depends on the weight alone, so the sums don't depend on the number of threads.
    const std::int64_t rows = op.weights.rows, n = op.weights.stride, perPart = std::max<std::int64_t>(64, rows / 64),
                       parts = (rows + perPart - 1) / perPart;
    TRY(float* squares, recorder.scratch(parts * n));
    recorder.run([=, w = hostData(op.weights), limit = op.limit] {
#pragma omp parallel for schedule(static) if (parts > 1)
        for (std::int64_t part = 0; part < parts; ++part) {
            std::fill_n(squares + part * n, n, 0.0f);
            for (std::int64_t i = part * perPart; i < std::min((part + 1) * perPart, rows); ++i)
                addSquares(w + i * n, squares + part * n, n);
        }
        factorsOf(squares, parts, n, limit);
#pragma omp parallel for schedule(static) if (parts > 1)
        for (std::int64_t i = 0; i < rows; ++i) scale(w + i * n, squares, n);
    });
    return {};
}

}  // namespace

extern const HostOp max_norm = hostOp<MaxNorm, record>();

}  // namespace lemnos::cpu_ops
