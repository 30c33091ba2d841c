// Edits of a network: each gives the changed graph and leaves the one it got as it was.
//
// Layers may be named without their inputs where they read the one before them (see LayerSpec::inputs). The edits of
// wires take care of that, and of the order: every layer comes after what it reads.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph/graph.h"
#include "model/layers/layer.h"

namespace lemnos {

/// From one layer's output to another's input, by their names.
struct Wire {
    std::string from, to;

    bool operator==(const Wire&) const = default;
};

/// A network and the layers that an edit has put into it.
struct Edited {
    Graph graph;
    std::vector<std::string> added;
};

/// Position of the layer, or nothing.
std::optional<std::size_t> positionOf(const Graph& graph, std::string_view name);
/// Names of the layers that layer `at` reads, whether they are written down or not.
std::vector<std::string> inputsOf(const Graph& graph, std::size_t at);

/// A new layer of this type, with its defaults, before position `at`.
Graph withLayer(Graph graph, std::size_t at, const LayerType& type);
/// Without layer `at`; whoever read it reads what it read.
Graph withoutLayer(Graph graph, std::size_t at);
/// Layer `from` moved to position `to`. Layers that read the one before them go on doing so.
Result<Graph> withLayerMoved(Graph graph, std::size_t from, std::size_t to);
Graph withParams(Graph graph, std::size_t at, ParamMap params);
/// Another name, for those who read it too. An empty or taken name is an Error.
Result<Graph> withName(Graph graph, std::size_t at, const std::string& name);

/// `to` reads `from`: instead of what it read where it reads one value, besides it where it takes more. An Error says
/// why that can't be.
Result<Graph> withWire(Graph graph, const Wire& wire);
/// A layer that takes one value always reads some layer, which is an Error here.
Result<Graph> withoutWire(Graph graph, const Wire& wire);
/// A new layer that reads `wire.from` and is read by `wire.to` in its place.
Edited withLayerOn(Graph graph, const Wire& wire, const LayerType& type);
/// A new layer that reads `after`; whoever read that reads the new one.
Edited withLayerAfter(Graph graph, const std::string& after, const LayerType& type);
/// Without these layers; whoever read one reads what that one read.
Graph withoutLayers(Graph graph, const std::set<std::string>& names);

/// These layers as a network of their own. Its input layer stands for everything outside that they read.
Graph fragmentOf(const Graph& graph, const std::set<std::string>& names);
/// The layers of a fragment, under names of their own, between `after` and whoever read it.
Edited withFragment(Graph graph, const std::string& after, const Graph& fragment);

}  // namespace lemnos
