// What Adam, AdamW and LAMB have in common: two moments of the gradients.
#pragma once

#include "model/optimizers/optimizer.h"

namespace lemnos {

/// beta1, beta2, epsilon and weight_decay.
std::vector<Param> momentParams(double epsilon, double weightDecay);

/// 1 / (1 - beta1^step) and 1 / sqrt(1 - beta2^step): what corrects the bias of moments that start at zero (Kingma & Ba
/// 2015, section 3).
std::array<float, 4> biasCorrections(const ParamMap& params, std::int64_t step);

}  // namespace lemnos
