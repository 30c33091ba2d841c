// Graph: the network as the user drew it, and its JSON form.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/param.h"

namespace lemnos {

/// One box of the drawing.
struct LayerSpec {
    std::string name;                 ///< unique within the graph
    std::string type;                 ///< name of a LayerType
    std::vector<std::string> inputs;  ///< names of the layers it reads; empty means the layer before it
    ParamMap params;                  ///< resolved: one value for every Param of the type
};

/// A network: layers in an order in which each comes after its inputs.
struct Graph {
    std::string name;
    std::vector<LayerSpec> layers;
};

/// Reads {"format":"lemnos-graph","version":1,"name":...,"layers":[{"name","type","inputs","params"}...]}.
/// Errors name the layer; a newer version is refused.
Result<Graph> graphFromJson(const nlohmann::json& json);
nlohmann::json toJson(const Graph& graph);

/// A name for a new layer of this type that the graph does not use yet: "dense", "dense2", ...
std::string freshLayerName(const Graph& graph, std::string_view type);

}  // namespace lemnos
