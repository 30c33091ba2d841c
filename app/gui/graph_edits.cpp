// Edits of a network.
#include "app/gui/graph_edits.h"

#include <algorithm>

namespace lemnos {

namespace {

using Offset = std::vector<LayerSpec>::difference_type;

/// An input that is the layer before anyway needs no name; without it, layers can change places.
void forgetObviousInputs(Graph& graph) {
    for (std::size_t i = 1; i < graph.layers.size(); ++i) {
        LayerSpec& layer = graph.layers[i];
        if (layer.inputs.size() == 1 && layer.inputs[0] == graph.layers[i - 1].name) layer.inputs.clear();
    }
}

void replaceInput(Graph& graph, const std::string& from, const std::vector<std::string>& to) {
    for (LayerSpec& layer : graph.layers) {
        const auto found = std::find(layer.inputs.begin(), layer.inputs.end(), from);
        if (found == layer.inputs.end()) continue;
        const auto at = layer.inputs.erase(found);
        layer.inputs.insert(at, to.begin(), to.end());
    }
}

}  // namespace

Graph withLayer(Graph graph, std::size_t at, const LayerType& type) {
    forgetObviousInputs(graph);
    LayerSpec layer;
    layer.name = freshLayerName(graph, type.name);
    layer.type = type.name;
    for (const Param& param : allParams(type)) layer.params.emplace(param.key, param.defaultValue);
    graph.layers.insert(graph.layers.begin() + Offset(std::min(at, graph.layers.size())), std::move(layer));
    return graph;
}

Graph withoutLayer(Graph graph, std::size_t at) {
    forgetObviousInputs(graph);
    const LayerSpec removed = graph.layers[at];
    graph.layers.erase(graph.layers.begin() + Offset(at));
    std::vector<std::string> before = removed.inputs;
    if (before.empty() && at > 0) before = {graph.layers[at - 1].name};
    replaceInput(graph, removed.name, before);
    return graph;
}

Graph withLayerMoved(Graph graph, std::size_t from, std::size_t to) {
    forgetObviousInputs(graph);
    LayerSpec layer = std::move(graph.layers[from]);
    graph.layers.erase(graph.layers.begin() + Offset(from));
    graph.layers.insert(graph.layers.begin() + Offset(std::min(to, graph.layers.size())), std::move(layer));
    return graph;
}

Graph withParams(Graph graph, std::size_t at, ParamMap params) {
    graph.layers[at].params = std::move(params);
    return graph;
}

Result<Graph> withName(Graph graph, std::size_t at, const std::string& name) {
    if (name.empty()) return Error{"A layer needs a name.", graph.layers[at].name};
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        if (i != at && graph.layers[i].name == name) {
            return Error{"Another layer is called '" + name + "' already.", name};
        }
    }
    replaceInput(graph, graph.layers[at].name, {name});
    graph.layers[at].name = name;
    return graph;
}

}  // namespace lemnos
