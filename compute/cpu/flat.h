// Loops over flat arrays of floats: several elements at a time, on several threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "compute/cpu/vector_math.h"

namespace lemnos {

/// Below this many floats of work a thread costs more than it brings.
constexpr std::int64_t floatsPerThread = 8192;

/// Calls body(first, count) for stretches of [0, n), on several threads when there are enough.
template <class Body>
void forStretches(std::int64_t n, Body body) {
    const std::int64_t stretches = (n + floatsPerThread - 1) / floatsPerThread;
#pragma omp parallel for schedule(static) if (stretches > 1)
    for (std::int64_t s = 0; s < stretches; ++s)
        body(s * floatsPerThread, std::min(floatsPerThread, n - s * floatsPerThread));
}

/// y[i] = f(in[i]...) for i < n, on this thread; y may be one of `in`.
template <class F, class... In>
LEMNOS_VECTOR_CLONES void transformHere(std::int64_t n, float* y, F f, const In*... in) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) y[i] = f(in[i]...);
}

/// y[i] = f(in[i]...) for i < n; y may be one of `in`.
template <class F, class... In>
void transform(std::int64_t n, float* y, F f, const In*... in) {
    forStretches(n,
                 [=](std::int64_t first, std::int64_t count) { transformHere(count, y + first, f, (in + first)...); });
}

/// y[i][j] = f(row[j], in[i][j]...) over rows of `width` floats that follow one another, on this thread.
template <class F, class... In>
LEMNOS_VECTOR_CLONES void transformRows(std::int64_t rows, std::int64_t width, float* y, F f, const float* row,
                                        const In*... in) {
    for (std::int64_t i = 0; i < rows * width; i += width) {
#pragma omp simd
        for (std::int64_t j = 0; j < width; ++j) y[i + j] = f(row[j], in[i + j]...);
    }
}

/// The same, quick for short rows as well: the row is repeated until it is worth a loop.
template <class F, class... In>
void transformWithRow(std::int64_t rows, std::int64_t stride, float* y, F f, const float* row, const In*... in) {
    constexpr std::int64_t longEnough = 64;
    float repeated[longEnough];
    const std::int64_t copies = std::clamp<std::int64_t>(longEnough / stride, 1, rows);
    if (copies > 1) {
        for (std::int64_t c = 0; c < copies; ++c) std::copy_n(row, stride, repeated + c * stride);
        row = repeated;
    }
    const std::int64_t done = rows / copies * copies * stride;
    transformRows(rows / copies, copies * stride, y, f, row, in...);
    transformRows(rows % copies, stride, y + done, f, row, (in + done)...);
}

/// y[i][j] = f(row[i / groupRows][j], in[i][j]...) over `groups` x `groupRows` rows; y may be one of `in`.
template <class F, class... In>
void transformGroups(std::int64_t groups, std::int64_t groupRows, std::int64_t stride, float* y, F f, const float* rows,
                     const In*... in) {
    if (groupRows == 1) return transform(groups * stride, y, f, rows, in...);
    const std::int64_t blockRows = std::clamp<std::int64_t>(floatsPerThread / stride, 1, groupRows);
    const std::int64_t blocks = (groupRows + blockRows - 1) / blockRows;
#pragma omp parallel for schedule(static) if (groups * groupRows * stride > floatsPerThread)
    for (std::int64_t task = 0; task < groups * blocks; ++task) {
        const std::int64_t group = task / blocks, first = task % blocks * blockRows;
        const std::int64_t at = (group * groupRows + first) * stride;
        transformWithRow(std::min(blockRows, groupRows - first), stride, y + at, f, rows + group * stride,
                         (in + at)...);
    }
}

}  // namespace lemnos
