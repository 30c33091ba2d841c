#include "model/graph/graph.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/layers/layer.h"

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

Result<std::string> textOf(const json& object, const char* key, const std::string& owner) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().empty() ||
        found->get_ref<const std::string&>().size() > longestName)
        return Error{owner + " has no \"" + key + "\"; give it a short text."};
    return found->get<std::string>();
}

Result<std::vector<std::string>> inputsOf(const json& object, const Graph& before, const std::string& owner) {
    std::vector<std::string> inputs;
    const auto found = object.find("inputs");
    if (found == object.end()) return inputs;
    if (!found->is_array()) return Error{owner + ": \"inputs\" is not a list of layer names."};
    for (const json& name : *found) {
        if (!name.is_string() || !contains(before, name.get<std::string>()))
            return Error{owner +
                         " reads from a layer that does not stand before it; name an earlier layer in \"inputs\"."};
        inputs.push_back(name.get<std::string>());
    }
    return inputs;
}

Result<LayerSpec> layerFromJson(const json& object, const Graph& before) {
    const std::string place = "layer " + std::to_string(before.layers.size() + 1);
    if (!object.is_object()) return Error{"The network file's " + place + " is not an object with a name and a type."};
    LayerSpec layer;
    TRY(layer.name, textOf(object, "name", "The network file's " + place));
    TRY(layer.type, textOf(object, "type", "The layer '" + layer.name + "'"));
    const auto fail = [&](const std::string& message) { return Error{message, layer.name}; };
    if (contains(before, layer.name))
        return fail("Two layers are called '" + layer.name + "'; give each its own name.");
    const LayerType* type = findLayerType(layer.type);
    if (!type)
        return fail("The layer '" + layer.name + "' is of the unknown type '" + layer.type +
                    "'; use one of: " + knownTypes() + ".");
    TRY(layer.inputs, inputsOf(object, before, "The layer '" + layer.name + "'"));
    const json params = object.value("params", json::object());
    auto resolved = resolveParams(allParams(*type), params, layer.type + " '" + layer.name + "'");
    if (!resolved) return fail(resolved.error().message);
    layer.params = *std::move(resolved);
    return layer;
}

}  // namespace

Result<Graph> graphFromJson(const json& object) {
    if (!object.is_object() || !object.contains("format") || object["format"] != "lemnos-graph")
        return Error{"This is not a Lemnos network: \"format\" is not \"lemnos-graph\"."};
    const json version = object.value("version", json());
    if (!version.is_number_integer()) return Error{"The network file has no \"version\"."};
    if (version != graphVersion)
        return Error{"The network file is of version " + version.dump() + "; this program reads version " +
                     std::to_string(graphVersion) + ". A newer Lemnos can read it."};
    const auto layers = object.find("layers");
    if (layers == object.end() || !layers->is_array() || layers->empty() || layers->size() > mostLayers)
        return Error{"The network file has no list of layers, or one that is too long."};
    Graph graph;
    TRY(graph.name, textOf(object, "name", "The network file"));
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
