#include "model/graph/widened.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace lemnos {

namespace {

/// The number of outputs that the layer is told to have, or null.
std::int64_t* widthOf(LayerSpec& layer) {
    for (const char* key : {"units", "filters"}) {
        const auto found = layer.params.find(key);
        if (found != layer.params.end()) return std::get_if<std::int64_t>(&found->second);
    }
    return nullptr;
}

}  // namespace

Graph widened(Graph graph, double factor) {
    bool isLast = true;
    for (auto layer = graph.layers.rbegin(); layer != graph.layers.rend(); ++layer) {
        std::int64_t* width = widthOf(*layer);
        if (!width || std::exchange(isLast, false) || *width <= 0) continue;
        const std::int64_t step = *width % 8 == 0 ? 8 : 1;
        const auto steps = std::llround(static_cast<double>(*width / step) * factor);
        *width = std::max<std::int64_t>(1, steps) * step;
    }
    return graph;
}

}  // namespace lemnos
