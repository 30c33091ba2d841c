// ResNet-18 (He et al. 2016, table 1). Small pictures keep their size at first, as is usual for them.
#include "model/templates/residual_block.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    const bool large = b.shorterSide() > 96;
    b.convNorm(large ? GraphBuilder::Conv{.filters = 64, .kernel = 7, .stride = 2} : GraphBuilder::Conv{.filters = 64});
    if (large) b.maxPool(3, 2);
    for (std::int64_t stage = 0; stage < 4; ++stage) {
        for (int i = 0; i < 2; ++i) addResidualBlock(b, std::int64_t{64} << stage, stage > 0 && i == 0 ? 2 : 1);
    }
    b.globalAveragePool();
}

}  // namespace

extern const TemplateType resnet18{
    .name = "resnet18",
    .summary = LEMNOS_TEXT("Eighteen layers with shortcuts; a strong all-round network for 64 to 224 pixels."),
    .order = 90,
    .smallestSide = 16,
    .build = build,
};

}  // namespace lemnos::templates
