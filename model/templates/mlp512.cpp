// Dense layers of 512 with dropout.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    b.add("flatten");
    b.dense(512);
    b.dropout(0.25);
    b.dense(512);
    b.add("relu");
    b.dropout(0.25);
}

}  // namespace

extern const TemplateType mlp512{
    .name = "mlp512",
    .summary = LEMNOS_TEXT("Two dense layers of 512 with dropout; for up to a few hundred classes."),
    .order = 20,
    .build = build,
};

}  // namespace lemnos::templates
