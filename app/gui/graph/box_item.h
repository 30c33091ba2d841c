// BoxItem: one box of the graph view, as it is drawn.
#pragma once

#include <QGraphicsItem>

#include "app/gui/graph/graph_boxes.h"

namespace lemnos {

constexpr qreal boxWidth = 264;

/// How tall the box has to be.
QSizeF boxSize(const GraphBox& box);

class BoxItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 1 };
    /// Whether a wire that is being drawn may end here.
    enum class Offer : std::uint8_t { none, welcome, refused };

    BoxItem(GraphBox box, const QRectF& place);

    int type() const override { return Type; }
    const GraphBox& box() const { return m_box; }
    QRectF place() const { return {pos(), m_size}; }
    QPointF outputPort() const { return pos() + QPointF(m_size.width() / 2, m_size.height()); }
    /// Whether the point, in scene coordinates, is on the port or on the button.
    bool isAtOutput(const QPointF& point) const;
    bool isAtMend(const QPointF& point) const { return mendRect().translated(pos()).contains(point); }
    QRectF mendRect() const;

    void setOffer(Offer offer);
    void setFocused(bool focused);
    void setHovered(bool hovered);

    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    void paintText(QPainter* painter) const;
    void paintError(QPainter* painter) const;

    GraphBox m_box;
    QSizeF m_size;
    Offer m_offer = Offer::none;
    bool m_focused = false, m_hovered = false;
};

}  // namespace lemnos
