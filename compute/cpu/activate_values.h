// The activation of values that are computed from others, element by element.
#pragma once

#include "compute/cpu/activation.h"
#include "compute/cpu/flat.h"
#include "compute/host/host_device.h"

namespace lemnos {

/// y = activation(f(in...)), element by element; y may be one of `in`. f gives zero in the padding.
template <class F, class... In>
void activateValues(const Activation& activation, const Tensor& y, F f, const In*... in) {
    float* values = hostData(y);
    simd::withKind(activation.kind, [&]<ActivationKind kind>(std::integral_constant<ActivationKind, kind>) {
        transform(
            y.rows * y.stride, values,
            [f, alpha = activation.alpha](In... x) { return simd::activate<kind>(f(x...), alpha); }, in...);
    });
    if (activation.kind != ActivationKind::sigmoid) return;
    for (std::int64_t i = 0; i < y.rows && y.columns < y.stride; ++i)
        std::fill(values + i * y.stride + y.columns, values + (i + 1) * y.stride, 0.0f);
}

}  // namespace lemnos
