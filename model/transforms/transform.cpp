// Finding transforms, their JSON form, and applying lists of them.
#include "model/transforms/transform.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "compute/random.h"
#include "model/data/hash.h"

namespace lemnos {

namespace {

Error unknownTransform(std::string_view name) {
    std::string known;
    for (const TransformType* type : transformTypes()) known += (known.empty() ? "" : ", ") + std::string(type->name);
    return {"There is no image transform called \"" + std::string(name) + "\"; choose one of " + known + ".",
            std::string(name)};
}

const TransformType& typeOf(const TransformSpec& spec) {
    const TransformType* type = findTransformType(spec.type);
    assert(type != nullptr);
    return *type;
}

TransformRandom randomOf(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample, std::uint32_t place) {
    const auto words = philox(seed, {epoch, sample, place, static_cast<std::uint32_t>(RandomUse::augment)});
    TransformRandom random{};
    std::ranges::transform(words, random.uniform, toUniform);
    random.seed = splitMix(std::uint64_t{words[0]} << 32 | words[1]) ^ (std::uint64_t{words[2]} << 32 | words[3]);
    return random;
}

}  // namespace

std::array<double, 4> more(const TransformRandom& random, std::uint32_t number) {
    const auto words = philox(random.seed, {number, 0, 0, static_cast<std::uint32_t>(RandomUse::augment)});
    std::array<double, 4> uniform{};
    std::ranges::transform(words, uniform.begin(), toUniform);
    return uniform;
}

const TransformType* findTransformType(std::string_view name) {
    for (const TransformType* type : transformTypes()) {
        if (type->name == name) return type;
    }
    return nullptr;
}

nlohmann::json toJson(const TransformSpec& spec) {
    return {{"type", spec.type}, {"params", toJson(spec.params)}};
}

nlohmann::json toJson(const std::vector<TransformSpec>& specs) {
    nlohmann::json list = nlohmann::json::array();
    for (const TransformSpec& spec : specs) list.push_back(toJson(spec));
    return list;
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

Result<TransformSpec> transformFromJson(const nlohmann::json& json, TransformUse use) {
    TRY(TransformSpec spec, transformFromJson(json));
    if (typeOf(spec).use() == use) return spec;
    return Error{use == TransformUse::preprocess
                     ? "transform '" + spec.type + "' changes pictures by chance; list it under augment."
                     : "transform '" + spec.type + "' is for every picture; list it under preprocess.",
                 spec.type};
}

Result<std::vector<TransformSpec>> transformsFromJson(const nlohmann::json& json, TransformUse use) {
    const std::string key = use == TransformUse::preprocess ? "preprocess" : "augment";
    if (!json.is_array()) return Error{key + " must be a list of image transforms.", key};
    std::vector<TransformSpec> specs;
    for (const nlohmann::json& entry : json) {
        TRY(TransformSpec spec, transformFromJson(entry, use));
        if (spec.type == "resize" && resizes(specs))
            return Error{"transform 'resize': pictures are resized once; remove the second one.", spec.type};
        specs.push_back(std::move(spec));
    }
    return specs;
}

bool resizes(const std::vector<TransformSpec>& specs) {
    return std::ranges::any_of(specs, [](const TransformSpec& spec) { return spec.type == "resize"; });
}

Image prepared(const Image& image, const std::vector<TransformSpec>& specs, PictureSize target) {
    Image result = resizes(specs) ? image : resized(image, target.width, target.height);
    for (const TransformSpec& spec : specs) result = typeOf(spec).prepare(result, spec.params, target);
    return result;
}

Image augmented(Image image, const std::vector<TransformSpec>& specs, std::uint64_t seed, std::uint32_t epoch,
                std::uint32_t sample) {
    for (std::uint32_t place = 0; place < specs.size(); ++place)
        image = typeOf(specs[place]).apply(image, specs[place].params, randomOf(seed, epoch, sample, place));
    return image;
}

}  // namespace lemnos
