#include "model/templates/template.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/layers/layer.h"
#include "model/phrased_error.h"
#include "model/templates/graph_builder.h"

namespace lemnos {

namespace {

/// Settings that a template leaves out have their defaults, as in a file.
Result<Graph> resolved(Graph graph) {
    return graphFromJson(toJson(graph));
}

}  // namespace

std::vector<const TemplateType*> graphTemplates() {
    std::vector<const TemplateType*> list(templateTypes().begin(), templateTypes().end());
    std::ranges::sort(list, {}, &TemplateType::order);
    return list;
}

Result<Graph> graphFromTemplate(std::string_view name, const Shape& picture, const ParamMap& params) {
    std::string known;
    for (const TemplateType* type : graphTemplates()) {
        known += (known.empty() ? "" : ", ") + std::string(type->name);
        if (type->name != name) continue;
        TRY(const ParamMap settings, resolveParams(type->params, params, "template '" + std::string(name) + "'"));
        if (std::min(picture[0], picture[1]) < type->smallestSide)
            return phrasedError(
                {LEMNOS_TEXT(
                     "The network '%1' needs pictures of at least %2 pixels in height and width, not %3; choose a "
                     "larger picture size or another network."),
                 {Phrase::name(std::string(name)), Phrase::name(std::to_string(type->smallestSide)),
                  Phrase::name(picture.toString())}},
                std::string(name));
        GraphBuilder builder(name, picture);
        type->build(builder, settings);
        return resolved(std::move(builder).finish());
    }
    return phrasedError({LEMNOS_TEXT("There is no template '%1'; use one of: %2."),
                         {Phrase::name(std::string(name)), Phrase::name(known)}});
}

Result<Graph> graphFromTemplate(std::string_view name) {
    const auto templates = graphTemplates();
    const auto found = std::ranges::find(templates, name, &TemplateType::name);
    return graphFromTemplate(name, found == templates.end() ? Shape{64, 64, 3} : (*found)->usual);
}

const TemplateType* templateOf(const Graph& graph, const Shape& picture) {
    if (picture.rank() != 3) return nullptr;
    for (const TemplateType* type : graphTemplates()) {
        if (type->name != graph.name) continue;
        const auto built = graphFromTemplate(type->name, picture);
        return built && toJson(*built) == toJson(graph) ? type : nullptr;
    }
    return nullptr;
}

}  // namespace lemnos
