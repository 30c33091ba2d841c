// A small network in the manner of EfficientNet (Tan & Le 2019). Small pictures are halved less often.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

/// MBConv with squeeze-excite (Tan & Le 2019, section 4): expand, filter each channel, weigh channels, project.
void mobileBlock(GraphBuilder& b, std::int64_t expansion, std::int64_t filters, std::int64_t kernel,
                 std::int64_t stride, double dropRate) {
    const GraphBuilder::Spot input = b.spot();
    if (expansion != 1) b.convNorm({.filters = input.channels * expansion, .kernel = 1}, "silu");
    b.convNorm({.kernel = kernel, .stride = stride, .depthwise = true}, "silu");
    b.add("squeeze_excite", {{"ratio", std::int64_t{4 * expansion}}});
    b.convNorm({.filters = filters, .kernel = 1}, "");
    if (stride != 1 || filters != input.channels) return;
    if (dropRate > 0) b.add("stochastic_depth", {{"rate", dropRate}});
    b.add("add", {}, {b.last(), input.name});
}

void build(GraphBuilder& b, const ParamMap&) {
    struct Stage {
        std::int64_t expansion, filters, count, kernel, stride;
    };
    constexpr Stage stages[] = {{1, 16, 1, 3, 1}, {6, 24, 2, 3, 2},  {6, 40, 2, 5, 2},
                                {6, 80, 2, 3, 2}, {6, 112, 2, 5, 1}, {6, 192, 2, 5, 2}};
    b.convNorm({.filters = 32, .stride = b.shorterSide() > 96 ? 2 : 1}, "silu");
    for (const Stage& stage : stages) {
        for (std::int64_t i = 0; i < stage.count; ++i) {
            // Pictures do not get smaller than four pixels.
            const std::int64_t stride = i == 0 && b.shorterSide() >= 8 ? stage.stride : 1;
            mobileBlock(b, stage.expansion, stage.filters, stage.kernel, stride, 0.1);
        }
    }
    b.convNorm({.filters = 640, .kernel = 1}, "silu");
    b.globalAveragePool();
    b.dropout(0.2);
}

}  // namespace

extern const TemplateType efficientnet_small{
    .name = "efficientnet_small",
    .summary =
        LEMNOS_TEXT("Thin layers that weigh their channels; accurate for its size, slower to train than it looks."),
    .order = 110,
    .smallestSide = 8,
    .build = build,
};

}  // namespace lemnos::templates
