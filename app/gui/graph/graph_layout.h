// Where the boxes of a network stand and how its wires run: layers from top to bottom, in columns side by side.
#pragma once

#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <vector>

namespace lemnos {

/// One wire between two boxes, by their positions in the list; `from` comes first.
struct LayoutWire {
    int from = 0, to = 0;
};

struct GraphLayout {
    std::vector<QRectF> boxes;
    std::vector<QPainterPath> wires;
    QRectF bounds;  ///< of the boxes and wires
};

/// All boxes are of one width. The longest path is a straight line; branches beside it stand to the right, and wires
/// past boxes run to the left. What is taller than `room` goes on in another column, and what does not fit then keeps
/// the proportions of the room. Boxes of one group, where it is not negative, stay in one column if they can.
GraphLayout layOut(const std::vector<QSizeF>& boxes, const std::vector<LayoutWire>& wires, const QSizeF& room,
                   const std::vector<int>& groups = {});

}  // namespace lemnos
