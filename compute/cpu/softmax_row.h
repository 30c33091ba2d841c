// The first steps of softmax over one row, which cross-entropy takes as well.
#pragma once

#include <algorithm>

#include "compute/cpu/flat.h"
#include "compute/cpu/vector_math.h"

namespace lemnos {

inline float largestOf(std::int64_t columns, const float* x) {
    float largest = x[0];
#pragma omp simd reduction(max : largest)
    for (std::int64_t j = 0; j < columns; ++j) largest = x[j] > largest ? x[j] : largest;
    return largest;
}

/// y[j] = exp(x[j] - largest); y may be x. Returns their sum.
inline float exponentials(std::int64_t columns, const float* x, float largest, float* y) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < columns; ++j) {
        y[j] = simd::exp(x[j] - largest);
        sum += y[j];
    }
    return sum;
}

}  // namespace lemnos
