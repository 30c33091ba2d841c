// Networks drawn at random: small, but with branches, joins and every kind of layer.
#pragma once

#include <cstdint>

#include "compute/shape.h"
#include "model/graph/graph.h"

namespace lemnos {

struct RandomNetwork {
    Graph graph;
    Shape picture;
};

/// The network of a seed; it can always be planned.
RandomNetwork randomNetwork(std::uint32_t seed);

}  // namespace lemnos
