// Blocks: parts of a network that occur more than once, such as residual blocks, found by their structure.
#pragma once

#include <QString>
#include <cstddef>
#include <vector>

#include "model/graph/graph.h"

namespace lemnos {

/// One of them: everything between a value that is read more than once and the layer where its branches come together,
/// with that layer and an activation behind it.
struct Block {
    QString title;                    ///< "Residual block"
    std::vector<std::size_t> layers;  ///< positions in the graph, rising
};

/// The outermost blocks whose kind occurs at least twice, in the order of the graph. They share no layers.
std::vector<Block> repeatedBlocks(const Graph& graph);

}  // namespace lemnos
