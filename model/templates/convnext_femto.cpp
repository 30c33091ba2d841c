// ConvNeXt (Liu et al. 2022) at its smallest, without layer scale.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

/// Figure 4 of the paper: a wide depthwise convolution, then two dense layers per pixel.
void convNextBlock(GraphBuilder& b, double dropRate) {
    const GraphBuilder::Spot input = b.spot();
    b.conv({.kernel = 7, .depthwise = true, .bias = true});
    b.add("layer_norm");
    b.conv({.filters = 4 * input.channels, .kernel = 1, .bias = true});
    b.add("gelu");
    b.conv({.filters = input.channels, .kernel = 1, .bias = true});
    if (dropRate > 0) b.add("stochastic_depth", {{"rate", dropRate}});
    b.add("add", {}, {b.last(), input.name});
}

void build(GraphBuilder& b, const ParamMap&) {
    constexpr std::int64_t depths[] = {2, 2, 6, 2};
    // Patches of four pixels suit 128 pixels and more; smaller pictures keep more of their detail.
    b.patchConv(48, b.shorterSide() >= 128 ? 4 : b.shorterSide() >= 48 ? 2 : 1);
    b.add("layer_norm");
    for (std::int64_t stage = 0; stage < 4; ++stage) {
        if (stage > 0) {
            b.add("layer_norm");
            b.patchConv(std::int64_t{48} << stage, b.shorterSide() >= 4 ? 2 : 1);
        }
        for (std::int64_t i = 0; i < depths[stage]; ++i) convNextBlock(b, 0.05);
    }
    b.globalAveragePool();
    b.add("layer_norm");
}

}  // namespace

extern const TemplateType convnext_femto{
    .name = "convnext_femto",
    .summary = LEMNOS_TEXT("A modern convolutional network without batch normalisation; wants AdamW and many epochs."),
    .order = 120,
    .smallestSide = 8,
    .build = build,
};

}  // namespace lemnos::templates
