// Pairs of convolutions in the manner of VGG (Simonyan & Zisserman 2015), with batch normalisation.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    for (std::int64_t filters = 64; filters <= 256; filters *= 2) {
        b.convNorm({.filters = filters});
        b.convNorm({.filters = filters});
        b.maxPool(2, 2);
        b.dropout(0.1);
    }
    // Larger pictures get smaller first, so that the dense layer stays small.
    while (b.shorterSide() >= 8) {
        b.convNorm({.filters = 256});
        b.maxPool(2, 2);
    }
    b.add("flatten");
    b.dense(256);
    b.add("relu");
    b.dropout(0.5);
}

}  // namespace

extern const TemplateType vgg_small{
    .name = "vgg_small",
    .summary = LEMNOS_TEXT("Pairs of convolutions, then dense layers; simple and strong, but large."),
    .order = 70,
    .smallestSide = 8,
    .usual = Shape{32, 32, 3},
    .build = build,
};

}  // namespace lemnos::templates
