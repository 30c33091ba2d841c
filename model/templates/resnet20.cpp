// ResNet-20 for small pictures (He et al. 2016, section 4.2), with projected shortcuts.
#include "model/templates/residual_block.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    b.convNorm({.filters = 16});
    for (std::int64_t stage = 0; stage < 3; ++stage) {
        for (int i = 0; i < 3; ++i) addResidualBlock(b, std::int64_t{16} << stage, stage > 0 && i == 0 ? 2 : 1);
    }
    b.globalAveragePool();
}

}  // namespace

extern const TemplateType resnet20{
    .name = "resnet20",
    .summary = LEMNOS_TEXT("Twenty layers with shortcuts; small and accurate on pictures of about 32 pixels."),
    .order = 80,
    .smallestSide = 8,
    .usual = Shape{32, 32, 3},
    .build = build,
};

}  // namespace lemnos::templates
