#include "model/graph/initialise.h"

#include <array>
#include <cmath>
#include <numbers>

#include "compute/random.h"

namespace lemnos {
namespace {

/// Keeps these numbers apart from those of training, whose epochs count from 0.
constexpr std::uint32_t initialisationEpoch = 0xffffffffu;

constexpr double truncatedDeviation = 0.02;

/// Random numbers that belong to four neighbouring elements of a weight.
struct Draw {
    std::uint64_t seed;
    std::uint32_t row, weight, quad;

    /// `attempt` counts draws that replace those before.
    std::array<std::uint32_t, 4> words(std::uint32_t attempt = 0) const {
        return philox(seed, initialisationEpoch - attempt, row, weight, quad);
    }
};

using Quad = std::array<double, 4>;

/// [-1, 1), evenly.
Quad even(const Draw& draw) {
    Quad values;
    const auto bits = draw.words();
    for (std::size_t k = 0; k < 4; ++k) values[k] = bits[k] / 2147483648.0 - 1.0;
    return values;
}

/// Mean 0, deviation 1; Box & Muller 1958.
Quad normal(const Draw& draw, std::uint32_t attempt = 0) {
    Quad values;
    const auto bits = draw.words(attempt);
    for (std::size_t k = 0; k < 4; k += 2) {
        const double radius = std::sqrt(-2 * std::log((bits[k] + 1.0) / 4294967296.0));  // never the logarithm of zero
        const double angle = 2 * std::numbers::pi * bits[k + 1] / 4294967296.0;
        values[k] = radius * std::cos(angle);
        values[k + 1] = radius * std::sin(angle);
    }
    return values;
}

/// The same, but what is beyond two deviations is drawn again.
Quad truncatedNormal(const Draw& draw) {
    Quad values = normal(draw);
    for (std::size_t k = 0; k < 4; ++k) {
        for (std::uint32_t attempt = 1; std::abs(values[k]) > 2; ++attempt) values[k] = normal(draw, attempt)[k];
    }
    return values;
}

Quad drawn(Initialiser initialiser, const Draw& draw) {
    switch (initialiser) {
        case Initialiser::zero:
            return {};
        case Initialiser::one:
            return {1, 1, 1, 1};
        case Initialiser::glorotUniform:
            return even(draw);
        case Initialiser::heNormal:
            return normal(draw);
        case Initialiser::truncatedNormal:
            return truncatedNormal(draw);
    }
    return {};
}

/// What a drawn number is multiplied with.
double scaleOf(const WeightShape& shape) {
    const auto fanIn = static_cast<double>(shape.fanIn > 0 ? shape.fanIn : shape.rows);
    const auto fanOut = static_cast<double>(shape.fanOut > 0 ? shape.fanOut : shape.columns);
    switch (shape.initialiser) {
        case Initialiser::glorotUniform:
            return std::sqrt(6 / (fanIn + fanOut));
        case Initialiser::heNormal:
            return std::sqrt(2 / fanIn);
        case Initialiser::truncatedNormal:
            return truncatedDeviation;
        default:
            return 1;
    }
}

}  // namespace

void initialise(const WeightShape& shape, std::uint64_t seed, std::uint32_t layer, std::uint32_t weight,
                std::span<float> values) {
    // With padRows, every run of `made` rows begins with `used` rows that are there in files as well.
    const std::int64_t used = shape.padRows ? shape.dims[shape.dims.size() - 2] : 1;
    const std::int64_t made = shape.padRows ? roundUp4(used) : 1;
    const double scale = scaleOf(shape);
    for (std::int64_t row = 0; row < shape.rows; ++row) {
        if (row % made >= used) continue;
        const auto line = values.subspan(static_cast<std::size_t>(row * roundUp4(shape.columns)));
        for (std::int64_t column = 0; column < shape.columns; column += 4) {
            const Quad quad = drawn(shape.initialiser, {seed, static_cast<std::uint32_t>(row), layer * 16 + weight,
                                                        static_cast<std::uint32_t>(column / 4)});
            for (std::int64_t k = 0; k < 4 && column + k < shape.columns; ++k)
                line[static_cast<std::size_t>(column + k)] =
                    static_cast<float>(scale * quad[static_cast<std::size_t>(k)]);
        }
    }
}

std::vector<float> initialWeights(const Plan& plan, std::uint64_t seed) {
    std::vector<float> arena(static_cast<std::size_t>(plan.parameterFloats), 0.0f);
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const auto& weights = plan.layers[i].weights;
        for (std::size_t j = 0; j < weights.size(); ++j)
            initialise(weights[j].shape, seed, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j),
                       std::span(arena).subspan(static_cast<std::size_t>(weights[j].offset)));
    }
    return arena;
}

}  // namespace lemnos
