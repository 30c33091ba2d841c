// Two convolutions and a dense layer.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    for (const std::int64_t filters : {32, 64}) {
        b.conv({.filters = filters, .bias = true});
        b.add("relu");
        b.maxPool(2, 2);
    }
    b.add("flatten");
    b.dense(128);
    b.add("relu");
}

}  // namespace

extern const TemplateType small_cnn{
    .name = "small_cnn",
    .summary = LEMNOS_TEXT("Two convolutions and a dense layer; a quick first try on small pictures."),
    .order = 50,
    .smallestSide = 4,
    .usual = Shape{32, 32, 3},
    .build = build,
};

}  // namespace lemnos::templates
