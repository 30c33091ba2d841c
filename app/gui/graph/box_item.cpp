#include "app/gui/graph/box_item.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <cmath>

#include "app/gui/theme.h"

namespace lemnos {

namespace {

constexpr qreal padding = 12, line = 18, radius = 8, stripe = 4;
constexpr qreal portRadius = 5, portReach = 11;
constexpr qreal mendHeight = 24;
constexpr qreal readableFrom = 0.45;  ///< scale from which on small text is drawn

QFont titleFont() {
    return sized(text_size::normal, QFont::DemiBold);
}

QRectF errorRect(const QString& error) {
    if (error.isEmpty()) return {};
    const QFontMetricsF metrics(sized(text_size::small));
    return metrics.boundingRect(QRectF(0, 0, boxWidth - 2 * padding, 1000), Qt::TextWordWrap, error);
}

qreal textHeight(const GraphBox& box) {
    return 2 * 8 + line * (1 + (box.settings.isEmpty() ? 0 : 1) + (box.shape.isEmpty() ? 0 : 1));
}

}  // namespace

QSizeF boxSize(const GraphBox& box) {
    qreal height = textHeight(box);
    if (!box.error.isEmpty()) height += errorRect(box.error).height() + 6;
    if (!box.mend.isEmpty()) height += mendHeight + 6;
    return {boxWidth, std::ceil(height)};
}

BoxItem::BoxItem(GraphBox box, const QRectF& place) : m_box(std::move(box)), m_size(place.size()) {
    setPos(place.topLeft());
    setFlag(ItemIsSelectable);
    // Text is slow to draw; while the view moves, the pictures of the boxes do.
    setCacheMode(DeviceCoordinateCache);
    setToolTip(m_box.tip);
    setZValue(1);
}

bool BoxItem::isAtOutput(const QPointF& point) const {
    const QPointF away = point - outputPort();
    return std::hypot(away.x(), away.y()) <= portReach;
}

QRectF BoxItem::mendRect() const {
    if (m_box.mend.isEmpty()) return {};
    const qreal width = QFontMetricsF(sized(text_size::small)).horizontalAdvance(m_box.mend) + 20;
    return {padding, m_size.height() - 8 - mendHeight, std::min(width, boxWidth - 2 * padding), mendHeight};
}

void BoxItem::setOffer(Offer offer) {
    if (offer == m_offer) return;
    m_offer = offer;
    update();
}

void BoxItem::setFocused(bool focused) {
    if (focused == m_focused) return;
    m_focused = focused;
    update();
}

void BoxItem::setHovered(bool hovered) {
    if (hovered == m_hovered) return;
    m_hovered = hovered;
    update();
}

QRectF BoxItem::boundingRect() const {
    return QRectF({}, m_size).adjusted(-5, -5, 5, portReach);
}

QPainterPath BoxItem::shape() const {
    QPainterPath path;
    path.addRoundedRect(QRectF({}, m_size), radius, radius);
    path.addEllipse(QPointF(m_size.width() / 2, m_size.height()), portReach, portReach);
    return path;
}

void BoxItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const Tokens& t = tokens();
    const bool selected = option->state & QStyle::State_Selected;
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF body = QRectF({}, m_size).adjusted(0.5, 0.5, -0.5, -0.5);
    if (m_box.isBlock) {
        // A sheet behind says that there is more inside.
        painter->setPen(QPen(t.line, 1));
        painter->setBrush(t.surface);
        painter->drawRoundedRect(body.translated(4, 4), radius, radius);
    }
    QColor edge = t.line;
    if (m_hovered) edge = t.muted;
    if (!m_box.error.isEmpty() || m_offer == Offer::refused) edge = t.bad;
    if (selected) edge = t.accent;
    if (m_offer == Offer::welcome) edge = t.good;
    painter->setPen(QPen(edge, selected || m_offer != Offer::none ? 2 : 1));
    painter->setBrush(t.surface);
    painter->drawRoundedRect(body, radius, radius);
    if (m_focused && selected) {
        QColor halo = t.accent;
        halo.setAlpha(70);
        painter->setPen(QPen(halo, 3));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(body.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2, radius + 2);
    }
    painter->setPen(Qt::NoPen);
    painter->setBrush(m_box.isBlock ? t.text : groupColor(m_box.group));
    painter->drawRoundedRect(QRectF(6, 9, stripe, m_size.height() - 18), stripe / 2, stripe / 2);
    paintText(painter);
    paintError(painter);
    if (!m_hovered && !selected) return;
    painter->setPen(QPen(selected ? t.accent : t.muted, 1.5));
    painter->setBrush(t.surface);
    painter->drawEllipse(QPointF(m_size.width() / 2, m_size.height()), portRadius, portRadius);
}

void BoxItem::paintText(QPainter* painter) const {
    const Tokens& t = tokens();
    const bool readable = painter->transform().m11() >= readableFrom;
    QRectF row(padding + 4, 8, boxWidth - 2 * padding - 4, line);
    painter->setPen(t.text);
    painter->setFont(titleFont());
    const qreal titleWidth = QFontMetricsF(titleFont()).horizontalAdvance(m_box.title);
    painter->drawText(row, Qt::AlignVCenter | Qt::AlignLeft, m_box.title);
    if (!readable) return;
    const QFont small = sized(text_size::small);
    const QFontMetricsF metrics(small);
    painter->setFont(small);
    painter->setPen(t.muted);
    const auto elided = [&](const QRectF& rect, Qt::Alignment side, const QString& text) {
        painter->drawText(rect, Qt::AlignVCenter | side, metrics.elidedText(text, Qt::ElideRight, rect.width()));
    };
    elided(row.adjusted(titleWidth + 10, 0, 0, 0), Qt::AlignRight, m_box.name);
    if (!m_box.settings.isEmpty()) {
        row.translate(0, line);
        elided(row, Qt::AlignLeft, m_box.settings);
    }
    if (m_box.shape.isEmpty()) return;
    row.translate(0, line);
    elided(row, Qt::AlignRight, m_box.costs);
    painter->setPen(t.text);
    const qreal rest = row.width() - metrics.horizontalAdvance(m_box.costs) - 8;
    elided(QRectF(row.topLeft(), QSizeF(rest, line)), Qt::AlignLeft, m_box.shape);
}

void BoxItem::paintError(QPainter* painter) const {
    if (m_box.error.isEmpty()) return;
    const Tokens& t = tokens();
    painter->setFont(sized(text_size::small));
    painter->setPen(t.bad);
    painter->drawText(errorRect(m_box.error).translated(padding + 4, textHeight(m_box) - 4).adjusted(0, 0, 4, 4),
                      Qt::TextWordWrap, m_box.error);
    if (m_box.mend.isEmpty()) return;
    painter->setPen(QPen(t.line, 1));
    painter->setBrush(t.raised);
    painter->drawRoundedRect(mendRect(), 6, 6);
    painter->setPen(t.accentText);
    painter->drawText(mendRect(), Qt::AlignCenter, m_box.mend);
}

}  // namespace lemnos
