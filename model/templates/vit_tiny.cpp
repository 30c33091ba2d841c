// A small vision transformer (Dosovitskiy et al. 2021; sizes of Touvron et al. 2021), averaging its tokens.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap& params) {
    const std::int64_t side = b.shorterSide();
    const std::int64_t patch = intParam(params, "patch") > 0 ? intParam(params, "patch")
                               : side >= 192                 ? 16
                               : side >= 96                  ? 8
                               : side >= 16                  ? 4
                                                             : 2;
    const std::int64_t width = 192;
    b.add("patch_embedding", {{"size", patch}, {"width", width}});
    b.add("position_embedding");
    for (std::int64_t i = 0; i < intParam(params, "depth"); ++i) {
        std::string input = b.last();
        b.add("layer_norm");
        b.add("self_attention", {{"heads", std::int64_t{3}}});
        input = b.add("add", {}, {b.last(), input});
        b.add("layer_norm");
        b.dense(4 * width);
        b.add("gelu");
        b.dense(width);
        b.add("add", {}, {b.last(), input});
    }
    b.add("layer_norm");
    b.globalAveragePool();
}

}  // namespace

extern const TemplateType vit_tiny{
    .name = "vit_tiny",
    .summary = LEMNOS_TEXT("A small vision transformer; wants AdamW, warm-up, many pictures and many epochs."),
    .order = 130,
    .smallestSide = 4,
    .usual = Shape{32, 32, 3},
    .params = {{.key = "patch",
                .label = LEMNOS_TEXT("Patch"),
                .help =
                    LEMNOS_TEXT("Pixels of a patch in height and width; smaller ones see more and cost more. 0 chooses "
                                "by the size of the pictures."),
                .defaultValue = std::int64_t{0},
                .minimum = 0,
                .maximum = 64},
               {.key = "depth",
                .label = LEMNOS_TEXT("Depth"),
                .help =
                    LEMNOS_TEXT("Number of transformer blocks; more can learn more, and takes more time and memory."),
                .defaultValue = std::int64_t{12},
                .minimum = 1,
                .maximum = 64}},
    .build = build,
};

}  // namespace lemnos::templates
