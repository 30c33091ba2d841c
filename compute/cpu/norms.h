// What batch and group norm share on the CPU: sums over the rows of each column, and passes with numbers per column.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "compute/cpu/activation.h"
#include "compute/cpu/vector_math.h"
#include "compute/tensor.h"

namespace lemnos {

/// How many columns are summed at once: their sums stay in the first-level cache.
constexpr std::int64_t columnsPerSum = 512;
/// Rows shorter than this are worked on several at a time.
constexpr std::int64_t floatsPerLoop = 64;

struct Pair {
    float first, second;
};

/// first[j] and second[j] += the sums over the rows of f(row[j], in[i][j]...).
template <class F, class... In>
LEMNOS_VECTOR_CLONES void addPairs(std::int64_t rows, std::int64_t columns, std::int64_t stride, float* first,
                                   float* second, F f, const float* row, const In*... in) {
    std::int64_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        const std::int64_t a = i * stride, b = a + stride, c = b + stride, d = c + stride;
#pragma omp simd
        for (std::int64_t j = 0; j < columns; ++j) {
            const Pair p = f(row[j], in[a + j]...), q = f(row[j], in[b + j]...), r = f(row[j], in[c + j]...),
                       s = f(row[j], in[d + j]...);
            first[j] += (p.first + q.first) + (r.first + s.first);
            second[j] += (p.second + q.second) + (r.second + s.second);
        }
    }
    for (; i < rows; ++i) {
#pragma omp simd
        for (std::int64_t j = 0; j < columns; ++j) {
            const Pair p = f(row[j], in[i * stride + j]...);
            first[j] += p.first;
            second[j] += p.second;
        }
    }
}

/// Copies `row` one behind the other into `repeated` where it is short; how often.
inline std::int64_t repeat(const float*& row, std::int64_t stride, std::int64_t rows, float* repeated) {
    const std::int64_t copies = std::clamp<std::int64_t>(floatsPerLoop / stride, 1, rows);
    if (copies == 1) return 1;
    for (std::int64_t c = 0; c < copies; ++c) std::copy_n(row, stride, repeated + c * stride);
    row = repeated;
    return copies;
}

/// Sums of two numbers for each of at most columnsPerSum columns.
struct ColumnSums {
    double first[columnsPerSum] = {}, second[columnsPerSum] = {};

    /// Adds those of f(row[j], in[i][j]...) over rows that are `stride` floats apart. Single precision within a few
    /// hundred rows, double precision beyond.
    template <class F, class... In>
    void add(std::int64_t rows, std::int64_t columns, std::int64_t stride, F f, const float* row, const In*... in) {
        constexpr std::int64_t rowsPerBlock = 256;
        float a[columnsPerSum], b[columnsPerSum], repeated[floatsPerLoop];
        const std::int64_t copies = columns == stride ? repeat(row, stride, rows, repeated) : 1;
        const std::int64_t wide = copies * columns;
        const auto sum = [&](std::int64_t from, std::int64_t count, std::int64_t width, std::int64_t distance) {
            std::fill_n(a, width, 0.0f);
            std::fill_n(b, width, 0.0f);
            addPairs(count, width, distance, a, b, f, row, (in + from)...);
            for (std::int64_t j = 0; j < width; ++j) {
                first[j % columns] += double(a[j]);
                second[j % columns] += double(b[j]);
            }
        };
        const std::int64_t wideRows = rows / copies;
        for (std::int64_t i = 0; i < wideRows; i += rowsPerBlock)
            sum(i * copies * stride, std::min(rowsPerBlock, wideRows - i), wide, copies * stride);
        if (rows % copies > 0) sum(wideRows * copies * stride, rows % copies, columns, stride);
    }
};

/// Mean and sum of squared deviations of at most columnsPerSum columns. The sums are of differences to the mean of the
/// first rows, for the squares of large numbers would swallow a small deviation.
inline void columnMoments(std::int64_t rows, std::int64_t columns, std::int64_t stride, const float* x, float* mean,
                          float* squares) {
    constexpr std::int64_t firstRows = 16;
    const std::int64_t some = std::min(rows, firstRows);
    std::copy_n(x, columns, mean);
    std::fill_n(squares, columns, 0.0f);
    if (rows == 1) return;
    for (std::int64_t i = 1; i < some; ++i) {
#pragma omp simd
        for (std::int64_t j = 0; j < columns; ++j) mean[j] += x[i * stride + j];
    }
    for (std::int64_t j = 0; j < columns; ++j) mean[j] /= float(some);
    ColumnSums sums;
    sums.add(
        rows, columns, stride,
        [](float shift, float value) {
            const float d = value - shift;
            return Pair{d, d * d};
        },
        mean, x);
    for (std::int64_t j = 0; j < columns; ++j) {
        const double offset = sums.first[j] / double(rows);
        mean[j] = float(double(mean[j]) + offset);
        squares[j] = float(std::max(sums.second[j] - sums.first[j] * offset, 0.0));
    }
}

/// Four numbers for every column, each a row.
using ColumnNumbers = std::array<const float*, 4>;

template <class F, class... In>
LEMNOS_VECTOR_CLONES void transformColumns(std::int64_t rows, std::int64_t width, float* y, F f,
                                           const ColumnNumbers& numbers, const In*... in) {
    const float *a = numbers[0], *b = numbers[1], *c = numbers[2], *d = numbers[3];
    for (std::int64_t i = 0; i < rows * width; i += width) {
#pragma omp simd
        for (std::int64_t j = 0; j < width; ++j) y[i + j] = f(a[j], b[j], c[j], d[j], in[i + j]...);
    }
}

/// y[i][j] = f(numbers[j]..., in[i][j]...), on this thread; y may be one of `in`.
template <class F, class... In>
void transformWithColumns(std::int64_t rows, std::int64_t stride, float* y, F f, ColumnNumbers numbers,
                          const In*... in) {
    float repeated[4][floatsPerLoop];
    std::int64_t copies = 1;
    for (std::size_t k = 0; k < numbers.size(); ++k) copies = repeat(numbers[k], stride, rows, repeated[k]);
    const std::int64_t done = rows / copies * copies * stride;
    transformColumns(rows / copies, copies * stride, y, f, numbers, in...);
    transformColumns(rows % copies, stride, y + done, f, numbers, (in + done)...);
}

/// What dX = scale dZ - (x - center) slope - offset is made of, by column.
struct NormGradColumns {
    const float *center, *scale, *slope, *offset;
};

/// dX [+]= scale dZ - (x - center) slope - offset over whole rows, with dZ = activation'(y) dY.
inline void normGradRows(std::int64_t rows, std::int64_t stride, const NormGradColumns& columns,
                         const Activation& activation, bool accumulate, const float* x, const float* dY, const float* y,
                         float* dX) {
    const ColumnNumbers numbers{columns.center, columns.scale, columns.slope, columns.offset};
    simd::withKind(activation.kind, [&]<ActivationKind kind>(std::integral_constant<ActivationKind, kind>) {
        const auto gradient = [alpha = activation.alpha](float center, float scale, float slope, float offset,
                                                         float value, float d, float result) {
            return scale * (simd::activationGradient<kind>(result, alpha) * d) - (value - center) * slope - offset;
        };
        // Without an activation its result is not read.
        const float* result = kind == ActivationKind::none ? dY : y;
        if (accumulate)
            transformWithColumns(
                rows, stride, dX,
                [gradient](float a, float b, float c, float e, float value, float d, float r, float old) {
                    return gradient(a, b, c, e, value, d, r) + old;
                },
                numbers, x, dY, result, dX);
        else
            transformWithColumns(rows, stride, dX, gradient, numbers, x, dY, result);
    });
}

}  // namespace lemnos
