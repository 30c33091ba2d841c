// MobileNetV2 (Sandler et al. 2018, table 2). Small pictures are halved less often.
#include <algorithm>

#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

/// Expand, filter each channel, project (Sandler et al. 2018, figure 4).
void invertedResidual(GraphBuilder& b, std::int64_t expansion, std::int64_t filters, std::int64_t stride) {
    const GraphBuilder::Spot input = b.spot();
    if (expansion != 1) b.convNorm({.filters = input.channels * expansion, .kernel = 1}, "relu6");
    b.convNorm({.stride = stride, .depthwise = true}, "relu6");
    b.convNorm({.filters = filters, .kernel = 1}, "");
    if (stride == 1 && filters == input.channels) b.add("add", {}, {b.last(), input.name});
}

/// Multiples of eight, at most a tenth smaller than asked.
std::int64_t scaled(std::int64_t filters, double width) {
    const double wanted = static_cast<double>(filters) * width;
    const auto rounded = std::max<std::int64_t>(8, static_cast<std::int64_t>(wanted + 4) / 8 * 8);
    return static_cast<double>(rounded) < 0.9 * wanted ? rounded + 8 : rounded;
}

void build(GraphBuilder& b, const ParamMap& params) {
    struct Stage {
        std::int64_t expansion, filters, count, stride;
    };
    constexpr Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    const double width = realParam(params, "width");
    b.convNorm({.filters = scaled(32, width), .stride = b.shorterSide() > 96 ? 2 : 1}, "relu6");
    for (const Stage& stage : stages) {
        for (std::int64_t i = 0; i < stage.count; ++i) {
            // Pictures do not get smaller than four pixels.
            const std::int64_t stride = i == 0 && b.shorterSide() >= 8 ? stage.stride : 1;
            invertedResidual(b, stage.expansion, scaled(stage.filters, width), stride);
        }
    }
    b.convNorm({.filters = width > 1 ? scaled(1280, width) : 1280, .kernel = 1}, "relu6");
    b.globalAveragePool();
    b.dropout(0.2);
}

}  // namespace

extern const TemplateType mobilenet_v2{
    .name = "mobilenet_v2",
    .summary = LEMNOS_TEXT("Many thin layers; few parameters, for models that are to run on small devices."),
    .order = 100,
    .smallestSide = 8,
    .params = {{.key = "width",
                .label = LEMNOS_TEXT("Width"),
                .help = LEMNOS_TEXT("Multiplies the number of channels everywhere; 0.5 is about four times cheaper."),
                .defaultValue = 1.0,
                .minimum = 0.1,
                .maximum = 4}},
    .build = build,
};

}  // namespace lemnos::templates
