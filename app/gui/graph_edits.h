// What the user can do to a network, as functions from graph to graph.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/graph/graph.h"
#include "model/layers/layer.h"

namespace lemnos {

/// A new layer of this type, with its defaults, before position `at`.
Graph withLayer(Graph graph, std::size_t at, const LayerType& type);
/// Without layer `at`; whoever read it reads what it read.
Graph withoutLayer(Graph graph, std::size_t at);
/// Layer `from` moved to position `to`. Layers that read the one before them go on doing so.
Graph withLayerMoved(Graph graph, std::size_t from, std::size_t to);
Graph withParams(Graph graph, std::size_t at, ParamMap params);
/// Another name, for those who read it too. An empty or taken name is an Error.
Result<Graph> withName(Graph graph, std::size_t at, const std::string& name);

}  // namespace lemnos
