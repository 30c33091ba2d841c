#include "model/graph/graph.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

using nlohmann::json;

constexpr int graphVersion = 1;
constexpr std::size_t mostLayers = 10000;
constexpr std::size_t longestName = 200;

bool contains(const Graph& graph, std::string_view name) {
    return std::any_of(graph.layers.begin(), graph.layers.end(),
                       [&](const LayerSpec& layer) { return layer.name == name; });
}

std::string knownTypes() {
    std::string text;
    for (const LayerType* type : layerTypes()) text += (text.empty() ? "" : ", ") + std::string(type->name);
    return text;
}

Result<std::string> textOf(const json& object, const char* key, const Phrase& owner) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty() ||
        found->get_ref<const std::string&>().size() > longestName)
        return phrasedError({LEMNOS_TEXT("%1 has no \"%2\"; give it a short text."), {owner, Phrase::name(key)}});
    return found->get<std::string>();
}

Result<std::vector<std::string>> inputsOf(const json& object, const Graph& before, const Phrase& owner) {
    std::vector<std::string> inputs;
    const auto found = object.find("inputs");
    if (found == object.end()) return inputs;
    if (!found->is_array()) return phrasedError({LEMNOS_TEXT("%1: \"inputs\" is not a list of layer names."), {owner}});
    for (const json& name : *found) {
        if (!name.is_string() || !contains(before, name.get<std::string>()))
            return phrasedError({LEMNOS_TEXT("%1 reads from a layer that does not stand before it; name an earlier "
                                             "layer in \"inputs\"."),
                                 {owner}});
        inputs.push_back(name.get<std::string>());
    }
    return inputs;
}

Result<LayerSpec> layerFromJson(const json& object, const Graph& before) {
    const Phrase number = Phrase::number(before.layers.size() + 1);
    if (!object.is_object())
        return phrasedError(
            {LEMNOS_TEXT("The network file's layer %1 is not an object with a name and a type."), {number}});
    LayerSpec layer;
    TRY(layer.name, textOf(object, "name", {LEMNOS_TEXT("The network file's layer %1"), {number}}));
    const Phrase owner{LEMNOS_TEXT("The layer '%1'"), {Phrase::name(layer.name)}};
    TRY(layer.type, textOf(object, "type", owner));
    if (contains(before, layer.name))
        return phrasedError(
            {LEMNOS_TEXT("Two layers are called '%1'; give each its own name."), {Phrase::name(layer.name)}},
            layer.name);
    const LayerType* type = findLayerType(layer.type);
    if (!type)
        return phrasedError({LEMNOS_TEXT("The layer '%1' is of the unknown type '%2'; use one of: %3."),
                             {Phrase::name(layer.name), Phrase::name(layer.type), Phrase::name(knownTypes())}},
                            layer.name);
    TRY(layer.inputs, inputsOf(object, before, owner));
    const json params = object.value("params", json::object());
    auto resolved = resolveParams(allParams(*type), params, layer.type + " '" + layer.name + "'");
    if (!resolved) return Error{resolved.error().message, layer.name};
    layer.params = *std::move(resolved);
    return layer;
}

}  // namespace

Result<Graph> graphFromJson(const json& object) {
    if (!object.is_object() || !object.contains("format") || object["format"] != "lemnos-graph")
        return Error{LEMNOS_TEXT("This is not a Lemnos network: \"format\" is not \"lemnos-graph\".")};
    const json version = object.value("version", json());
    if (!version.is_number_integer()) return Error{LEMNOS_TEXT("The network file has no \"version\".")};
    if (version != graphVersion)
        return phrasedError({LEMNOS_TEXT("The network file is of version %1; this program reads version %2. A newer "
                                         "Lemnos can read it."),
                             {Phrase::name(version.dump()), Phrase::name(std::to_string(graphVersion))}});
    const auto layers = object.find("layers");
    if (layers == object.end() || !layers->is_array() || layers->empty() || layers->size() > mostLayers)
        return Error{LEMNOS_TEXT("The network file has no list of layers, or one that is too long.")};
    Graph graph;
    TRY(graph.name, textOf(object, "name", {LEMNOS_TEXT("The network file")}));
    for (const json& item : *layers) {
        TRY(LayerSpec layer, layerFromJson(item, graph));
        graph.layers.push_back(std::move(layer));
    }
    return graph;
}

json toJson(const Graph& graph) {
    json layers = json::array();
    for (const LayerSpec& layer : graph.layers) {
        json item{{"name", layer.name}, {"type", layer.type}};
        if (!layer.inputs.empty()) item["inputs"] = layer.inputs;
        if (!layer.params.empty()) item["params"] = toJson(layer.params);
        layers.push_back(std::move(item));
    }
    return {{"format", "lemnos-graph"}, {"version", graphVersion}, {"name", graph.name}, {"layers", std::move(layers)}};
}

std::string freshLayerName(const Graph& graph, std::string_view type) {
    std::string name(type);
    for (int i = 2; contains(graph, name); ++i) name = std::string(type) + std::to_string(i);
    return name;
}

}  // namespace lemnos
