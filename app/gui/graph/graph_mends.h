// Mend: an edit that gets a network past the error that stops it.
#pragma once

#include <QString>
#include <optional>

#include "model/graph/plan.h"

namespace lemnos {

struct Mend {
    QString label;  ///< as on a button: "Insert a flatten layer"
    Graph graph;
};

/// The first of the usual mends with which the network can be planned further than before; nothing when none helps.
std::optional<Mend> mendOf(const Graph& graph, const PartialPlan& plan);

}  // namespace lemnos
