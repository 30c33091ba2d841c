// Edits of a network.
#include "app/gui/graph_edits.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "model/phrased_error.h"

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

/// Every layer says what it reads.
void nameAllInputs(Graph& graph) {
    std::vector<std::vector<std::string>> inputs;
    for (std::size_t i = 0; i < graph.layers.size(); ++i) inputs.push_back(inputsOf(graph, i));
    for (std::size_t i = 0; i < graph.layers.size(); ++i) graph.layers[i].inputs = std::move(inputs[i]);
}

/// Brings each layer behind what it reads, and changes the order no more than that takes. False where wires go round
/// in a circle.
bool sortByInputs(Graph& graph) {
    std::vector<LayerSpec> sorted, left = std::move(graph.layers);
    std::set<std::string> placed;
    const auto ready = [&](const LayerSpec& layer) {
        return std::ranges::all_of(layer.inputs, [&](const std::string& name) { return placed.contains(name); });
    };
    while (!left.empty()) {
        const auto next = std::ranges::find_if(left, ready);
        if (next == left.end()) {  // the rest as it stands: nothing is lost over a circle
            std::ranges::move(left, std::back_inserter(sorted));
            graph.layers = std::move(sorted);
            return false;
        }
        placed.insert(next->name);
        sorted.push_back(std::move(*next));
        left.erase(next);
    }
    graph.layers = std::move(sorted);
    return true;
}

/// The form that is kept: in order, and without inputs that go without saying.
Graph tidied(Graph graph) {
    sortByInputs(graph);
    forgetObviousInputs(graph);
    return graph;
}

bool takesMore(const LayerSpec& layer) {
    const LayerType* type = findLayerType(layer.type);
    return type && (type->moreInputs || type->inputCount > 1);
}

LayerSpec newLayer(const Graph& graph, const LayerType& type) {
    LayerSpec layer{
        .name = freshLayerName(graph, type.name), .type = std::string(type.name), .inputs = {}, .params = {}};
    for (const Param& param : allParams(type)) layer.params.emplace(param.key, param.defaultValue);
    return layer;
}

}  // namespace

std::optional<std::size_t> positionOf(const Graph& graph, std::string_view name) {
    const auto found = std::ranges::find(graph.layers, name, &LayerSpec::name);
    if (found == graph.layers.end()) return {};
    return std::size_t(found - graph.layers.begin());
}

std::vector<std::string> inputsOf(const Graph& graph, std::size_t at) {
    const LayerSpec& layer = graph.layers[at];
    const LayerType* type = findLayerType(layer.type);
    if (!layer.inputs.empty() || at == 0 || (type && type->inputCount == 0)) return layer.inputs;
    return {graph.layers[at - 1].name};
}

Graph withLayer(Graph graph, std::size_t at, const LayerType& type) {
    forgetObviousInputs(graph);
    LayerSpec layer = newLayer(graph, type);
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

Result<Graph> withLayerMoved(Graph graph, std::size_t from, std::size_t to) {
    forgetObviousInputs(graph);
    LayerSpec layer = std::move(graph.layers[from]);
    graph.layers.erase(graph.layers.begin() + Offset(from));
    graph.layers.insert(graph.layers.begin() + Offset(std::min(to, graph.layers.size())), std::move(layer));
    std::set<std::string> before;
    for (const LayerSpec& one : graph.layers) {
        for (const std::string& input : one.inputs) {
            if (!before.contains(input))
                return phrasedError({LEMNOS_TEXT("'%1' reads '%2', which would come after it then."),
                                     {Phrase::name(one.name), Phrase::name(input)}},
                                    one.name);
        }
        before.insert(one.name);
    }
    return graph;
}

Graph withParams(Graph graph, std::size_t at, ParamMap params) {
    graph.layers[at].params = std::move(params);
    return graph;
}

Result<Graph> withName(Graph graph, std::size_t at, const std::string& name) {
    if (name.empty()) return Error{LEMNOS_TEXT("A layer needs a name."), graph.layers[at].name};
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        if (i != at && graph.layers[i].name == name) {
            return phrasedError({LEMNOS_TEXT("Another layer is called '%1' already."), {Phrase::name(name)}}, name);
        }
    }
    replaceInput(graph, graph.layers[at].name, {name});
    graph.layers[at].name = name;
    return graph;
}

Result<Graph> withWire(Graph graph, const Wire& wire) {
    const auto to = positionOf(graph, wire.to);
    if (!to || !positionOf(graph, wire.from)) return Error{LEMNOS_TEXT("One of the two layers is gone."), wire.to};
    LayerSpec& target = graph.layers[*to];
    const LayerType* type = findLayerType(target.type);
    if (wire.from == wire.to) return Error{LEMNOS_TEXT("A layer can't read itself."), wire.to};
    if (type && type->inputCount == 0)
        return phrasedError(
            {LEMNOS_TEXT("'%1' takes the pictures in and reads no other layer."), {Phrase::name(wire.to)}}, wire.to);
    nameAllInputs(graph);
    if (std::ranges::find(target.inputs, wire.from) != target.inputs.end())
        return phrasedError({LEMNOS_TEXT("'%1' reads '%2' already."), {Phrase::name(wire.to), Phrase::name(wire.from)}},
                            wire.to);
    if (type && !type->moreInputs && type->inputCount > 1 && int(target.inputs.size()) >= type->inputCount)
        return phrasedError({LEMNOS_TEXT("'%1' takes %2 values and has them; remove one of its wires first."),
                             {Phrase::name(wire.to), Phrase::name(std::to_string(type->inputCount))}},
                            wire.to);
    if (!takesMore(target)) target.inputs.clear();
    target.inputs.push_back(wire.from);
    if (!sortByInputs(graph))
        return phrasedError({LEMNOS_TEXT("'%1' comes after '%2', so the wire would go round in a circle."),
                             {Phrase::name(wire.from), Phrase::name(wire.to)}},
                            wire.to);
    forgetObviousInputs(graph);
    return graph;
}

Result<Graph> withoutWire(Graph graph, const Wire& wire) {
    const auto to = positionOf(graph, wire.to);
    if (!to) return Error{LEMNOS_TEXT("The layer is gone."), wire.to};
    nameAllInputs(graph);
    std::vector<std::string>& inputs = graph.layers[*to].inputs;
    if (inputs.size() < 2)
        return phrasedError({LEMNOS_TEXT("'%1' has to read some layer; drag a wire to it from another one instead."),
                             {Phrase::name(wire.to)}},
                            wire.to);
    const auto found = std::ranges::find(inputs, wire.from);
    if (found == inputs.end()) return Error{LEMNOS_TEXT("There is no such wire."), wire.to};
    inputs.erase(found);
    return tidied(std::move(graph));
}

Edited withLayerOn(Graph graph, const Wire& wire, const LayerType& type) {
    nameAllInputs(graph);
    LayerSpec layer = newLayer(graph, type);
    layer.inputs = {wire.from};
    const std::string name = layer.name;
    const auto to = positionOf(graph, wire.to);
    if (to) std::ranges::replace(graph.layers[*to].inputs, wire.from, name);
    graph.layers.insert(graph.layers.begin() + Offset(to.value_or(graph.layers.size())), std::move(layer));
    return {tidied(std::move(graph)), {name}};
}

Edited withLayerAfter(Graph graph, const std::string& after, const LayerType& type) {
    const auto at = positionOf(graph, after);
    if (type.inputCount == 0 || !at) {
        Graph edited = withLayer(std::move(graph), 0, type);
        const std::string name = edited.layers.front().name;
        return {std::move(edited), {name}};
    }
    nameAllInputs(graph);
    LayerSpec layer = newLayer(graph, type);
    const std::string name = layer.name;
    for (LayerSpec& reader : graph.layers) std::ranges::replace(reader.inputs, after, name);
    layer.inputs = {after};
    graph.layers.insert(graph.layers.begin() + Offset(*at + 1), std::move(layer));
    return {tidied(std::move(graph)), {name}};
}

Graph withoutLayers(Graph graph, const std::set<std::string>& names) {
    nameAllInputs(graph);
    for (std::size_t i = graph.layers.size(); i-- > 0;) {
        if (!names.contains(graph.layers[i].name)) continue;
        const LayerSpec removed = std::move(graph.layers[i]);
        graph.layers.erase(graph.layers.begin() + Offset(i));
        for (LayerSpec& reader : graph.layers) {
            if (std::ranges::find(reader.inputs, removed.name) == reader.inputs.end()) continue;
            std::vector<std::string> inputs;
            const auto take = [&](const std::string& input) {
                if (std::ranges::find(inputs, input) == inputs.end()) inputs.push_back(input);
            };
            for (const std::string& input : reader.inputs) {
                if (input == removed.name)
                    std::ranges::for_each(removed.inputs, take);
                else
                    take(input);
            }
            if (!takesMore(reader) && inputs.size() > 1) inputs.resize(1);
            reader.inputs = std::move(inputs);
        }
    }
    return tidied(std::move(graph));
}

Graph fragmentOf(const Graph& graph, const std::set<std::string>& names) {
    Graph fragment;
    fragment.name = graph.name.empty() ? "fragment" : graph.name;
    fragment.layers.push_back({.name = {}, .type = "input", .inputs = {}, .params = {}});
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
        const LayerSpec& layer = graph.layers[i];
        if (!names.contains(layer.name) || layer.type == "input") continue;
        LayerSpec copy = layer;
        copy.inputs = inputsOf(graph, i);
        for (std::string& input : copy.inputs) {
            if (!names.contains(input) || positionOf(fragment, input).value_or(0) == 0) input.clear();
        }
        fragment.layers.push_back(std::move(copy));
    }
    const std::string outside = freshLayerName(fragment, "input");
    for (LayerSpec& layer : fragment.layers) std::ranges::replace(layer.inputs, std::string(), outside);
    fragment.layers.front().name = outside;
    return tidied(std::move(fragment));
}

Edited withFragment(Graph graph, const std::string& after, const Graph& pasted) {
    Graph fragment = pasted;
    nameAllInputs(fragment);
    nameAllInputs(graph);
    std::map<std::string, std::string> names;
    std::vector<std::string> added;
    Graph taken = graph;  // and what has been added so far
    std::vector<LayerSpec> layers;
    for (const LayerSpec& layer : fragment.layers) {
        const LayerType* type = findLayerType(layer.type);
        if (type && type->inputCount == 0) {
            names[layer.name] = after;
            continue;
        }
        LayerSpec copy = layer;
        if (positionOf(taken, layer.name)) copy.name = freshLayerName(taken, layer.type);
        names[layer.name] = copy.name;
        for (std::string& input : copy.inputs) {
            const auto found = names.find(input);
            input = found == names.end() ? after : found->second;
        }
        if (copy.inputs.empty()) copy.inputs = {after};
        added.push_back(copy.name);
        taken.layers.push_back(copy);
        layers.push_back(std::move(copy));
    }
    if (layers.empty()) return {tidied(std::move(graph)), {}};
    for (LayerSpec& reader : graph.layers) std::ranges::replace(reader.inputs, after, added.back());
    const std::size_t at = positionOf(graph, after).value_or(graph.layers.size() - 1) + 1;
    graph.layers.insert(graph.layers.begin() + Offset(at), layers.begin(), layers.end());
    return {tidied(std::move(graph)), std::move(added)};
}

}  // namespace lemnos
