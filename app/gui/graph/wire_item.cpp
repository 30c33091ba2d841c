#include "app/gui/graph/wire_item.h"

#include <QCoreApplication>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "app/gui/theme.h"

namespace lemnos {

WireItem::WireItem(Wire wire, const QPainterPath& path) : m_wire(std::move(wire)), m_path(path) {
    setFlag(ItemIsSelectable);
    setZValue(0);
}

void WireItem::setMarked(bool marked) {
    if (marked == m_marked) return;
    m_marked = marked;
    update();
}

QRectF WireItem::boundingRect() const {
    return m_path.boundingRect().adjusted(-7, -7, 7, 7);
}

QPainterPath WireItem::shape() const {
    QPainterPathStroker stroker;
    stroker.setWidth(12);
    return stroker.createStroke(m_path);
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const Tokens& t = tokens();
    const bool stressed = m_marked || option->state & QStyle::State_Selected;
    const QColor color = stressed ? t.accent : t.muted;
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, stressed ? 2.5 : 1.3));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(m_path);
    // The head of the arrow.
    const QPointF tip = m_path.currentPosition();
    painter->save();
    painter->translate(tip);
    painter->rotate(-m_path.angleAtPercent(1));
    painter->setPen(Qt::NoPen);
    painter->setBrush(color);
    const QPointF head[] = {{0, 0}, {-7, -3.5}, {-7, 3.5}};
    painter->drawPolygon(head, 3);
    painter->restore();
}

FrameItem::FrameItem(const QString& title, std::string key, const QRectF& place)
    : m_title(QStringLiteral("▾ ") + title), m_key(std::move(key)), m_place(place) {
    setZValue(-1);
    setToolTip(QCoreApplication::translate("graphView", "Fold this block into one box (Enter)"));
}

QRectF FrameItem::handle() const {
    const qreal width = QFontMetricsF(sized(text_size::small)).horizontalAdvance(m_title) + 12;
    return {m_place.left() + 2, m_place.top(), width, 20};
}

QPainterPath FrameItem::shape() const {
    QPainterPath path;
    path.addRect(handle());
    return path;
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const Tokens& t = tokens();
    painter->setRenderHint(QPainter::Antialiasing);
    QColor fill = t.muted;
    fill.setAlpha(t.dark ? 26 : 18);
    painter->setPen(Qt::NoPen);
    painter->setBrush(fill);
    painter->drawRoundedRect(m_place, 10, 10);
    painter->setPen(t.muted);
    painter->setFont(sized(text_size::small));
    painter->drawText(handle().adjusted(6, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_title);
}

}  // namespace lemnos
