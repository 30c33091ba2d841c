// LeNet-5 (LeCun et al. 1998), with today's activation and pooling.
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"

namespace lemnos::templates {
namespace {

void build(GraphBuilder& b, const ParamMap&) {
    // The paper pads 28 x 28 digits to 32 x 32, which is what padding of two pixels does.
    b.conv({.filters = 6, .kernel = 5, .bias = true});
    b.add("relu");
    b.maxPool(2, 2);
    b.add("conv2d", {{"filters", std::int64_t{16}},
                     {"kernel_height", std::int64_t{5}},
                     {"kernel_width", std::int64_t{5}},
                     {"padding", std::string("valid")}});
    b.add("relu");
    b.maxPool(2, 2);
    b.add("flatten");
    b.dense(120);
    b.add("relu");
    b.dense(84);
    b.add("relu");
}

}  // namespace

extern const TemplateType lenet5{
    .name = "lenet5",
    .summary = LEMNOS_TEXT("The classic for handwritten digits: two convolutions and three dense layers."),
    .order = 40,
    .smallestSide = 12,
    .usual = Shape{28, 28, 1},
    .build = build,
};

}  // namespace lemnos::templates
