// Multinomial logistic regression: the least that a network has to beat.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    b.add("flatten");
}

}  // namespace

extern const TemplateType linear{
    .name = "linear",
    .summary = LEMNOS_TEXT("One weight per pixel and class; the least that any other network has to beat."),
    .order = 10,
    .usual = Shape{28, 28, 1},
    .build = build,
};

}  // namespace lemnos::templates
