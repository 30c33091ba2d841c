// The weights that a network starts with.
#pragma once

#include <cstdint>
#include <vector>

#include "model/graph/plan.h"

namespace lemnos {

/// The parameter arena (Plan::parameterFloats numbers, padding zero), drawn by each weight's Initialiser. A weight's
/// numbers depend on the seed, the place of its layer and its own place in the layer only.
std::vector<float> initialWeights(const Plan& plan, std::uint64_t seed);

}  // namespace lemnos
