#include "app/gui/graph/minimap.h"

#include <QMouseEvent>
#include <QPainter>

#include "app/gui/graph/box_item.h"
#include "app/gui/graph/graph_view.h"
#include "app/gui/theme.h"

namespace lemnos {

namespace {

constexpr int inset = 8;

QRectF shownPart(const GraphView& view) {
    return view.mapToScene(view.viewport()->rect()).boundingRect();
}

}  // namespace

Minimap::Minimap(GraphView& view, QWidget* parent) : QWidget(parent), m_view(view) {
    setObjectName(QStringLiteral("minimap"));
    setAccessibleName(tr("Overview of the network"));
    setToolTip(tr("The whole network; drag here to move the view"));
    setFixedSize(sizeHint());
    setCursor(Qt::OpenHandCursor);
    connect(&view, &GraphView::viewMoved, this, &Minimap::refresh);
    connect(&view, &GraphView::selectionMoved, this, QOverload<>::of(&Minimap::update));
    refresh();
}

void Minimap::refresh() {
    const QRectF bounds = m_view.graphBounds();
    const qreal aspect = bounds.isEmpty() ? 1 : bounds.height() / bounds.width();
    setFixedHeight(std::clamp(int((width() - 2 * inset) * aspect) + 2 * inset, 44, sizeHint().height()));
    // Of use only where not everything is in sight.
    setVisible(!shownPart(m_view).contains(m_view.graphBounds()));
    update();
}

QTransform Minimap::fromScene() const {
    const QRectF bounds = m_view.graphBounds();
    if (bounds.isEmpty()) return {};
    const QRectF room = QRectF(rect()).adjusted(inset, inset, -inset, -inset);
    const qreal scale = std::min(room.width() / bounds.width(), room.height() / bounds.height());
    QTransform transform;
    transform.translate(room.center().x(), room.center().y());
    transform.scale(scale, scale);
    transform.translate(-bounds.center().x(), -bounds.center().y());
    return transform;
}

void Minimap::paintEvent(QPaintEvent*) {
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(t.line);
    painter.setBrush(t.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    const QTransform transform = fromScene();
    painter.setPen(Qt::NoPen);
    for (const BoxItem* box : m_view.boxes()) {
        const bool stressed = box->isSelected() || !box->box().error.isEmpty();
        QColor color = !box->box().error.isEmpty() ? t.bad
                       : box->isSelected()         ? t.accent
                                                   : groupColor(box->box().group);
        if (!stressed) color.setAlpha(150);
        painter.setBrush(color);
        QRectF place = transform.mapRect(box->place());
        place.setHeight(std::max(place.height() - 0.5, 1.0));
        painter.drawRect(place);
    }
    painter.setClipRect(rect().adjusted(1, 1, -1, -1));
    painter.setPen(QPen(t.accent, 1.3));
    QColor fill = t.accent;
    fill.setAlpha(22);
    painter.setBrush(fill);
    const QRectF map = QRectF(rect()).adjusted(2, 2, -2, -2);
    painter.drawRoundedRect(transform.mapRect(shownPart(m_view)).intersected(map), 4, 4);
}

void Minimap::mousePressEvent(QMouseEvent* event) {
    m_view.centreOn(fromScene().inverted().map(event->position()));
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) mousePressEvent(event);
}

}  // namespace lemnos
