// Blocks of convolution, normalisation and pooling.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    // Three for pictures as small as handwritten digits. At 32 pixels the fourth is worth thirteen points on CIFAR-100 and
    // traffic signs.
    const int blocks = b.shorterSide() < 32 ? 3 : 4;
    for (int i = 0; i < blocks; ++i) {
        b.convNorm({.filters = std::int64_t{32} << i});
        b.maxPool(2, 2);
    }
    b.globalAveragePool();
    b.dropout(0.2);
}

}  // namespace

extern const TemplateType convnet{
    .name = "convnet",
    .summary = LEMNOS_TEXT(
        "Three or four blocks of convolution, normalisation and pooling; a good choice for most small data sets."),
    .order = 60,
    .smallestSide = 8,
    .usual = Shape{32, 32, 3},
    .build = build,
};

}  // namespace lemnos::templates
