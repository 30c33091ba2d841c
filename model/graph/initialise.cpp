#include "model/graph/initialise.h"

#include <cmath>

#include "compute/random.h"

namespace lemnos {
namespace {

/// Keeps these numbers apart from those of training, whose epochs count from 0.
constexpr std::uint32_t initialisationEpoch = 0xffffffffu;

/// [-1, 1), evenly.
double symmetric(std::uint32_t bits) {
    return bits / 2147483648.0 - 1.0;
}

void glorotUniform(const WeightShape& shape, std::uint64_t seed, std::uint32_t layer, std::uint32_t weight,
                   float* values) {
    const double limit = std::sqrt(6.0 / static_cast<double>(shape.rows + shape.columns));
    for (std::int64_t row = 0; row < shape.rows; ++row) {
        float* line = values + row * roundUp4(shape.columns);
        for (std::int64_t column = 0; column < shape.columns; column += 4) {
            const auto bits = philox(seed, initialisationEpoch, static_cast<std::uint32_t>(row), layer * 16 + weight,
                                     static_cast<std::uint32_t>(column / 4));
            for (std::int64_t k = 0; k < 4 && column + k < shape.columns; ++k)
                line[column + k] = static_cast<float>(limit * symmetric(bits[static_cast<std::size_t>(k)]));
        }
    }
}

}  // namespace

std::vector<float> initialWeights(const Plan& plan, std::uint64_t seed) {
    std::vector<float> arena(static_cast<std::size_t>(plan.parameterFloats), 0.0f);
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const auto& weights = plan.layers[i].weights;
        for (std::size_t j = 0; j < weights.size(); ++j) {
            if (weights[j].shape.initialiser == Initialiser::glorotUniform)
                glorotUniform(weights[j].shape, seed, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j),
                              arena.data() + weights[j].offset);
        }
    }
    return arena;
}

}  // namespace lemnos
