// What the boxes of the graph view say: one box per layer, or per folded block of layers.
#pragma once

#include <QColor>
#include <QString>
#include <set>
#include <string>
#include <vector>

#include "app/gui/graph/graph_layout.h"
#include "app/gui/graph_edits.h"
#include "model/graph/plan.h"

namespace lemnos {

struct GraphBox {
    std::vector<std::string> layers;  ///< names; one, unless it is a folded block
    QString title;                    ///< "Convolution"
    QString name;                     ///< of the layer, or how many a block holds
    QString settings;                 ///< "Filters 32 · Stride 2"
    QString shape;                    ///< "32 × 32 × 16"; empty where it is not known
    QString costs;                    ///< parameters, multiply-adds and memory
    QString error, mend;              ///< the sentence, and the label of the button; empty where all is well
    QString tip;                      ///< all of it in words, for a tooltip and for assistive technology
    std::string group;                ///< of the palette
    bool isBlock = false;
    bool takesInput = true;
};

/// An unfolded block, to be framed.
struct GraphFrame {
    QString title;
    std::string key;         ///< name of its first layer
    std::vector<int> boxes;  ///< positions in the list of boxes
};

struct GraphBoxes {
    std::vector<GraphBox> boxes;
    std::vector<LayoutWire> places;  ///< of the wires, between boxes
    std::vector<Wire> wires;         ///< the same, between layers
    std::vector<GraphFrame> frames;
};

/// `toggled` names the first layers of the blocks that are the other way round than usual: they are folded in networks
/// of more than foldedAbove layers.
GraphBoxes graphBoxes(const Graph& graph, const PartialPlan& plan, const std::set<std::string>& toggled);
constexpr std::size_t foldedAbove = 36;

/// The colour of a palette group in the theme at hand.
QColor groupColor(const std::string& group);

}  // namespace lemnos
