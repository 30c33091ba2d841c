// The block that ResNets are made of.
#pragma once

#include "model/templates/graph_builder.h"

namespace lemnos {

/// Two 3x3 convolutions beside a shortcut, which is projected where the extents change; He et al. 2016 ("Deep residual
/// learning for image recognition"), figure 2 and option B.
inline void addResidualBlock(GraphBuilder& b, std::int64_t filters, std::int64_t stride) {
    const GraphBuilder::Spot input = b.spot();
    b.convNorm({.filters = filters, .stride = stride});
    const std::string branch = b.convNorm({.filters = filters}, "");
    std::string shortcut = input.name;
    if (stride != 1 || input.channels != filters) {
        const GraphBuilder::Spot output = b.spot();
        b.goTo(input);
        shortcut = b.convNorm({.filters = filters, .kernel = 1, .stride = stride}, "", input.name);
        b.goTo(output);
    }
    b.add("add", {}, {branch, shortcut});
    b.add("relu");
}

}  // namespace lemnos
