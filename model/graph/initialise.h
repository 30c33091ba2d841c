// The weights that a network starts with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/graph/plan.h"

namespace lemnos {

/// Draws one weight by its Initialiser into rows as a device has them; `values` begins with the weight, and what is
/// padding in it is left as it is. The numbers depend on the seed, the place of the layer in the network and the place
/// of the weight in the layer only.
void initialise(const WeightShape& shape, std::uint64_t seed, std::uint32_t layer, std::uint32_t weight,
                std::span<float> values);

/// The parameter arena: Plan::parameterFloats numbers, all weights drawn, padding zero.
std::vector<float> initialWeights(const Plan& plan, std::uint64_t seed);

}  // namespace lemnos
