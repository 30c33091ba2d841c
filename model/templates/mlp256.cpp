// Dense layers of 256 and 128 with dropout.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    b.add("flatten");
    b.dense(256);
    b.dropout(0.25);
    b.dense(128);
    b.add("relu");
    b.dropout(0.25);
}

}  // namespace

extern const TemplateType mlp256{
    .name = "mlp256",
    .summary = LEMNOS_TEXT("Dense layers of 256 and 128 with dropout; small enough for thousands of classes."),
    .order = 30,
    .build = build,
};

}  // namespace lemnos::templates
