// The functions of compute/ops/activation_kind.h and their derivatives, on four values at once. `kind` is a specialisation
// constant, so that only one branch is left; `alpha` is that of leaky relu and elu.
const uint RELU = 1, RELU6 = 2, LEAKY_RELU = 3, ELU = 4, SIGMOID = 5, TANH = 6, GELU = 7, SILU = 8, HARD_SWISH = 9;

vec4 sigmoid(vec4 x) {
    return 1.0 / (1.0 + exp(-x));
}

// (1 + erf(x / sqrt(2))) / 2, the normal distribution: Abramowitz & Stegun 1964, formula 7.1.26, to 1.5e-7.
vec4 normalDistribution(vec4 x) {
    const vec4 z = abs(x) * 0.70710678;
    const vec4 t = 1.0 / (1.0 + 0.3275911 * z);
    const vec4 tail = 0.5 * t * exp(-z * z) *
                      (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return mix(tail, 1.0 - tail, greaterThan(x, vec4(0)));
}

vec4 activate(uint kind, float alpha, vec4 x) {
    const bvec4 positive = greaterThan(x, vec4(0));
    switch (kind) {
        case RELU: return max(x, vec4(0));
        case RELU6: return clamp(x, 0.0, 6.0);
        case LEAKY_RELU: return mix(alpha * x, x, positive);
        case ELU: return mix(alpha * (exp(min(x, vec4(0))) - 1.0), x, positive);
        case SIGMOID: return sigmoid(x);
        case TANH: return 1.0 - 2.0 / (exp(2.0 * x) + 1.0);  // the usual quotient is infinity over infinity for a large x
        case GELU: return x * normalDistribution(x);
        case SILU: return x * sigmoid(x);
        case HARD_SWISH: return x * clamp(x + 3.0, 0.0, 6.0) / 6.0;
    }
    return x;
}

// `value` is the result up to tanh, the argument from gelu on; see gradientFromResult().
vec4 activationGradient(uint kind, float alpha, vec4 value) {
    const bvec4 positive = greaterThan(value, vec4(0));
    switch (kind) {
        case RELU: return mix(vec4(0), vec4(1), positive);
        case RELU6: return mix(vec4(0), mix(vec4(1), vec4(0), greaterThanEqual(value, vec4(6))), positive);
        case LEAKY_RELU: return mix(vec4(alpha), vec4(1), positive);
        case ELU: return mix(value + alpha, vec4(1), positive);
        case SIGMOID: return value * (1.0 - value);
        case TANH: return 1.0 - value * value;
        case GELU: return normalDistribution(value) + 0.39894228 * value * exp(-0.5 * value * value);  // 1 / sqrt(2 pi)
        case SILU: {
            const vec4 s = sigmoid(value);
            return s * (1.0 + value * (1.0 - s));
        }
        case HARD_SWISH: {
            const vec4 slope = mix((2.0 * value + 3.0) / 6.0, vec4(1), greaterThanEqual(value, vec4(3)));
            return mix(slope, vec4(0), lessThanEqual(value, vec4(-3)));
        }
    }
    return vec4(1);
}
