// A wire that is being drawn with the mouse; for the files of GraphView only.
#pragma once

#include <QPointF>
#include <QString>
#include <optional>
#include <string>

#include "app/gui/graph/graph_view.h"

namespace lemnos {

struct GraphView::Drawing {
    std::string from;  ///< the layer it leads out of
    QPointF start, end;
    BoxItem* over = nullptr;        ///< the box it would end at
    std::optional<Graph> result{};  ///< the network with it, where that can be
    QString why{};                  ///< it can't, or what then is wrong
};

}  // namespace lemnos
