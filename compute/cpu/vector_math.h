// Functions for loops over floats that are to run several at a time: the compiler can't do that with the C library's
// exp, tanh and erf. They have no branches, so `#pragma omp simd` loops that call them become vector code. NaN stays
// NaN.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

/// Before a function whose loops are worth AVX2 and fused multiply-adds where the processor has them; the choice is
/// made when the program starts. The function must not contain OpenMP regions other than simd. It must be named
/// arch=x86-64-v3: "avx2,fma" would be two clones with one of both each, and "arch=haswell" holds on Intel only.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define LEMNOS_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else  // sanitizers aren't ready yet when the choice would be made
#define LEMNOS_VECTOR_CLONES
#endif

namespace lemnos::simd {

/// exp(x) = scale (1 + tail). Argument reduction and polynomial of Cephes' expf (Moshier 1992): x = n ln 2 + r. Returns
/// the scale 2^n.
inline float expParts(float x, float& tail) {
    x = x < -87.3f ? -87.3f : x;
    x = x > 88.73f ? 88.73f : x;
    // Adding 1.5 x 2^23 rounds to a whole number, which then is in the lowest bits.
    const float shifted = x * std::numbers::log2e_v<float> + 12582912.0f;
    const float n = shifted - 12582912.0f;
    const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    tail = p * r * r + r;
    return std::bit_cast<float>((std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3f800000u);
}

/// To 1e-7 of the result; at least 1.2e-38, and infinite from 88.4 on.
inline float exp(float x) {
    float tail;
    const float scale = expParts(x, tail);
    return scale * (1 + tail);
}

/// exp(x) - 1, to 1e-7 of the result also near zero; for x below 88.
inline float expm1(float x) {
    float tail;
    const float scale = expParts(x, tail);
    return scale * tail + (scale - 1);
}

/// 1 / (1 + exp(-x)), to 2e-7 of the result.
inline float sigmoid(float x) {
    return 1 / (1 + exp(-x));
}

/// To 2e-7 of the result. Near zero the polynomial of Cephes' tanhf.
inline float tanh(float x) {
    const float s = x * x;
    float p = -5.70498872745e-3f;
    p = p * s + 2.06390887954e-2f;
    p = p * s - 5.37397155531e-2f;
    p = p * s + 1.33314422036e-1f;
    p = p * s - 3.33332819422e-1f;
    const float near = p * s * x + x;
    const float magnitude = std::fabs(x);
    const float far = std::copysign(1 - 2 / (exp(2 * magnitude) + 1), x);
    return magnitude < 0.625f ? near : far;
}

/// (1 + erf(x / sqrt(2))) / 2, the normal distribution, to 1.5e-7: Abramowitz & Stegun 1964, formula 7.1.26. `bell` is
/// exp(-x x / 2).
inline float normalDistribution(float x, float bell) {
    const float z = std::fabs(x) * (1 / std::numbers::sqrt2_v<float>);
    const float t = 1 / (1 + 0.3275911f * z);
    float p = 1.061405429f;
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    const float tail = 0.5f * p * t * bell;
    return x < 0 ? tail : 1 - tail;
}

}  // namespace lemnos::simd
