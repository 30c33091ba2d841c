#include "model/optimizers/adam_support.h"

#include <cmath>

namespace lemnos {

std::vector<Param> momentParams(double epsilon, double weightDecay) {
    return {{.key = "beta1",
             .label = LEMNOS_TEXT("Beta 1"),
             .help = LEMNOS_TEXT("How much of the last steps' direction is kept; closer to 1 is smoother."),
             .defaultValue = 0.9,
             .minimum = 0,
             .maximum = 0.9999,
             .advanced = true},
            {.key = "beta2",
             .label = LEMNOS_TEXT("Beta 2"),
             .help = LEMNOS_TEXT("How long the size of past gradients is remembered; closer to 1 is longer."),
             .defaultValue = 0.999,
             .minimum = 0,
             .maximum = 0.999999,
             .advanced = true},
            {.key = "epsilon",
             .label = LEMNOS_TEXT("Epsilon"),
             .help = LEMNOS_TEXT("Keeps steps finite where gradients vanish; larger is more careful."),
             .defaultValue = epsilon,
             .minimum = 1e-12,
             .maximum = 1,
             .advanced = true},
            weightDecayParam(weightDecay)};
}

// In double: 1 - 0.999^1 in float would already be off in the fifth digit.
std::array<float, 4> biasCorrections(const ParamMap& params, std::int64_t step) {
    const auto t = static_cast<double>(step);
    const double c1 = 1 / (1 - std::pow(realParam(params, "beta1"), t));
    const double c2 = 1 / std::sqrt(1 - std::pow(realParam(params, "beta2"), t));
    return {static_cast<float>(c1), static_cast<float>(c2), 0, 0};
}

}  // namespace lemnos
