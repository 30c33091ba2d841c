// Finding transforms, and their JSON form.
#include "model/transforms/transform.h"

#include <nlohmann/json.hpp>

namespace lemnos {

namespace {

Error unknownTransform(std::string_view name) {
    std::string known;
    for (const TransformType* type : transformTypes()) known += (known.empty() ? "" : ", ") + std::string(type->name);
    return {"There is no image transform called \"" + std::string(name) + "\"; choose one of " + known + ".",
            std::string(name)};
}

}  // namespace

const TransformType* findTransformType(std::string_view name) {
    for (const TransformType* type : transformTypes()) {
        if (type->name == name) return type;
    }
    return nullptr;
}

nlohmann::json toJson(const TransformSpec& spec) {
    return {{"type", spec.type}, {"params", toJson(spec.params)}};
}

Result<TransformSpec> transformFromJson(const nlohmann::json& json) {
    if (!json.is_object() || !json.contains("type") || !json["type"].is_string())
        return Error{"An image transform must be a JSON object like {\"type\": \"shift\", \"params\": {}}.", {}};
    const auto name = json["type"].get<std::string>();
    for (const auto& [key, value] : json.items()) {
        if (key != "type" && key != "params")
            return Error{"transform '" + name + "': there is no \"" + key + "\"; it has a type and params.", name};
    }
    const TransformType* type = findTransformType(name);
    if (!type) return unknownTransform(name);
    TRY(ParamMap params,
        resolveParams(type->params, json.value("params", nlohmann::json::object()), "transform '" + name + "'"));
    return TransformSpec{name, std::move(params)};
}

}  // namespace lemnos
