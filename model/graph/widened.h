// widened(): the same network, wider or narrower.
#pragma once

#include "model/graph/graph.h"

namespace lemnos {

/// Multiplies "units" and "filters" of every layer by `factor`, but for the last layer that has them, which gives the
/// scores. Multiples of 8 stay multiples of 8, so that groups and heads still divide them; nothing falls below 1.
Graph widened(Graph graph, double factor);

}  // namespace lemnos
