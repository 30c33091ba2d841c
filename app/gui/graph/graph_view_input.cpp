// GraphView: mouse, keys and dragging.
#include <QApplication>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "app/gui/error_text.h"
#include "app/gui/graph/box_item.h"
#include "app/gui/graph/graph_view.h"
#include "app/gui/graph/graph_view_drawing.h"
#include "app/gui/graph/wire_item.h"
#include "app/gui/graph_edits.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

namespace {

constexpr qreal dropReach = 60;  ///< how far from a wire or box a layer may be dropped

const LayerType* draggedType(const QMimeData* mime) {
    return mime->hasFormat(layerMime) ? findLayerType(mime->data(layerMime).toStdString()) : nullptr;
}

/// A layer that lacks another wire is not refused this one.
bool waitsForMore(const Graph& graph, const std::string& layer) {
    const std::size_t at = *positionOf(graph, layer);
    const LayerType* type = findLayerType(graph.layers[at].type);
    return type && int(inputsOf(graph, at).size()) < type->inputCount;
}

qreal distance(const QPointF& a, const QPointF& b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

}  // namespace

BoxItem* GraphView::boxAt(const QPointF& point) const {
    for (BoxItem* box : m_boxes) {
        if (box->place().adjusted(0, 0, 0, 2).contains(point) || box->isAtOutput(point)) return box;
    }
    return nullptr;
}

void GraphView::mousePressEvent(QMouseEvent* event) {
    const QPointF point = mapToScene(event->pos());
    if (event->button() == Qt::MiddleButton) {
        m_panFrom = event->pos();
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() == Qt::RightButton) return;  // the menu is about what is selected, and about what is under it
    if (event->button() != Qt::LeftButton) return QGraphicsView::mousePressEvent(event);
    emit refused({});
    BoxItem* box = boxAt(point);
    if (box && box->isAtMend(point)) return mend();
    if (box && box->isAtOutput(point)) {
        m_drawing = std::make_unique<Drawing>(Drawing{box->box().layers.back(), box->outputPort(), point});
        viewport()->setCursor(Qt::CrossCursor);
        return;
    }
    for (const FrameItem* frame : m_frames) {
        if (box || !frame->handle().contains(point)) continue;
        const std::string key = frame->key();
        if (m_toggled.erase(key) == 0) m_toggled.insert(key);
        m_order = {key};
        return rebuild();
    }
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    if (m_panFrom) {
        const QPoint by = event->pos() - *m_panFrom;
        m_panFrom = event->pos();
        m_keepView = true;
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
        return;
    }
    const QPointF point = mapToScene(event->pos());
    if (m_drawing) return moveWire(point);
    BoxItem* box = boxAt(point);
    if (box != m_hovered) {
        if (m_hovered) m_hovered->setHovered(false);
        if (box) box->setHovered(true);
        m_hovered = box;
    }
    const bool handle = std::ranges::any_of(m_frames, [&](const FrameItem* f) { return f->handle().contains(point); });
    if (box && box->isAtOutput(point))
        viewport()->setCursor(Qt::CrossCursor);
    else if ((box && box->isAtMend(point)) || (!box && handle))
        viewport()->setCursor(Qt::PointingHandCursor);
    else
        viewport()->unsetCursor();
    QGraphicsView::mouseMoveEvent(event);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
    if (m_panFrom || m_drawing) viewport()->unsetCursor();
    if (m_panFrom && event->button() == Qt::MiddleButton) {
        m_panFrom.reset();
        return;
    }
    if (m_drawing) {
        moveWire(mapToScene(event->pos()));
        return endWire();
    }
    QGraphicsView::mouseReleaseEvent(event);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
    const BoxItem* box = boxAt(mapToScene(event->pos()));
    if (!box || event->button() != Qt::LeftButton) return QGraphicsView::mouseDoubleClickEvent(event);
    select({box->box().layers.front()});
    if (box->box().isBlock)
        toggleSelectedBlocks();
    else
        emit editRequested();
}

void GraphView::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    BoxItem* box = byKey ? current() : boxAt(mapToScene(event->pos()));
    if (box && !box->isSelected()) go(box, false);
    const QPoint at = byKey && box ? mapFromScene(box->place().center()) : event->pos();
    emit menuRequested(viewport()->mapToGlobal(at));
    event->accept();
}

/// Checks the wire as far as it is drawn: shapes too, by planning the network with it.
void GraphView::moveWire(const QPointF& point) {
    Drawing& drawing = *m_drawing;
    drawing.end = point;
    BoxItem* over = boxAt(point);
    if (over && over->box().layers.back() == drawing.from) over = nullptr;
    if (over != drawing.over) {
        if (drawing.over) drawing.over->setOffer(BoxItem::Offer::none);
        drawing.over = over;
        drawing.result.reset();
        drawing.why.clear();
        if (over) {
            const std::string to = over->box().layers.front();
            Result<Graph> wired = withWire(m_project.graph(), {drawing.from, to});
            if (!wired) {
                drawing.why = errorText(wired.error());
            } else {
                const PartialPlan plan = makePartialPlan(*wired, m_project.plan().plan.request);
                const bool here = plan.error && plan.error->where == to;
                if (here && !waitsForMore(*wired, to))
                    drawing.why = errorText(*plan.error);
                else
                    drawing.result = *std::move(wired);
            }
            over->setOffer(drawing.result ? BoxItem::Offer::welcome : BoxItem::Offer::refused);
        }
        emit refused(drawing.why);
    }
    viewport()->update();
}

void GraphView::endWire() {
    const std::unique_ptr<Drawing> drawing = std::move(m_drawing);
    if (drawing->over) drawing->over->setOffer(BoxItem::Offer::none);
    viewport()->update();
    if (!drawing->result) return;
    const std::string to = drawing->over->box().layers.front();
    apply(*drawing->result, tr("connect two layers"), {to});
}

void GraphView::wheelEvent(QWheelEvent* event) {
    zoomBy(std::pow(1.0015, event->angleDelta().y()));
    event->accept();
}

void GraphView::drawForeground(QPainter* painter, const QRectF&) {
    const Tokens& t = tokens();
    if (m_drawing) {
        const QPointF a = m_drawing->start, b = m_drawing->end;
        const QColor color = m_drawing->result ? t.good : m_drawing->over ? t.bad : t.accent;
        painter->setPen(QPen(color, 2));
        painter->setBrush(Qt::NoBrush);
        QPainterPath path(a);
        const qreal bend = std::max<qreal>(20, std::abs(b.y() - a.y()) / 2);
        path.cubicTo(a + QPointF(0, bend), b - QPointF(0, bend), b);
        painter->drawPath(path);
    }
    if (BoxItem* const* box = std::get_if<BoxItem*>(&m_marked)) {
        // Behind this box.
        const QRectF place = (*box)->place();
        painter->setPen(QPen(t.accent, 3, Qt::SolidLine, Qt::RoundCap));
        painter->drawLine(place.bottomLeft() + QPointF(8, 8), place.bottomRight() + QPointF(-8, 8));
    }
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    if (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) return QGraphicsView::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Down:
            return go(along(1), extend);
        case Qt::Key_Up:
            return go(along(-1), extend);
        case Qt::Key_Right:
            return go(beside(1), extend);
        case Qt::Key_Left:
            return go(beside(-1), extend);
        case Qt::Key_Home:
            return go(m_boxes.empty() ? nullptr : m_boxes.front(), extend);
        case Qt::Key_End:
            return go(m_boxes.empty() ? nullptr : m_boxes.back(), extend);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!toggleSelectedBlocks() && !currentLayer().empty()) emit editRequested();
            return;
        case Qt::Key_Escape:
            if (m_drawing) {
                if (m_drawing->over) m_drawing->over->setOffer(BoxItem::Offer::none);
                m_drawing.reset();
                viewport()->unsetCursor();
                viewport()->update();
            } else {
                select({});
            }
            return emit refused({});
        default:
            return QGraphicsView::keyPressEvent(event);
    }
}

bool GraphView::focusNextPrevChild(bool next) {
    // Tab goes from box to box, and out of the view behind the last.
    const auto at = std::ranges::find(m_boxes, current());
    const bool atEnd = m_boxes.empty() || (at != m_boxes.end() && *at == (next ? m_boxes.back() : m_boxes.front()));
    if (atEnd) return QGraphicsView::focusNextPrevChild(next);
    if (at == m_boxes.end())
        go(next ? m_boxes.front() : m_boxes.back(), false);
    else
        go(next ? *std::next(at) : *std::prev(at), false);
    return true;
}

void GraphView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    if (m_order.empty() && event->reason() != Qt::MouseFocusReason && !m_boxes.empty() && !selectedWire())
        go(event->reason() == Qt::BacktabFocusReason ? m_boxes.back() : m_boxes.front(), false);
    refreshSelection();
}

void GraphView::focusOutEvent(QFocusEvent* event) {
    QGraphicsView::focusOutEvent(event);
    for (BoxItem* box : m_boxes) box->setFocused(false);
}

void GraphView::go(BoxItem* box, bool extend) {
    if (!box) return;
    const std::string name = box->box().layers.front();
    std::set<std::string> layers = {name};
    if (extend) layers.merge(selectedLayers());
    std::erase(m_order, name);
    if (!extend) m_order.clear();
    {
        const QSignalBlocker quiet(scene());
        for (WireItem* wire : m_wires) wire->setSelected(false);
        for (BoxItem* other : m_boxes) {
            if (other != box && !extend) other->setSelected(false);
        }
        box->setSelected(true);
    }
    m_order.push_back(name);
    refreshSelection();
    reveal(*box);
}

/// The box that reads the current one, or that it reads.
BoxItem* GraphView::along(int direction) const {
    const BoxItem* from = current();
    if (!from) return m_boxes.empty() ? nullptr : m_boxes.front();
    for (const WireItem* wire : m_wires) {
        BoxItem* const reader = boxOf(wire->wire().to);
        BoxItem* const read = boxOf(wire->wire().from);
        if (direction > 0 && read == from) return reader;
        if (direction < 0 && reader == from) return read;
    }
    return nullptr;
}

/// The nearest box to the right or the left.
BoxItem* GraphView::beside(int direction) const {
    const BoxItem* from = current();
    if (!from) return m_boxes.empty() ? nullptr : m_boxes.front();
    BoxItem* nearest = nullptr;
    const QPointF start = from->place().center();
    for (BoxItem* box : m_boxes) {
        const QPointF end = box->place().center();
        if ((end.x() - start.x()) * direction < boxWidth / 2) continue;
        if (!nearest || distance(start, end) < distance(start, nearest->place().center())) nearest = box;
    }
    return nearest;
}

GraphView::Spot GraphView::spotAt(const QPointF& point) const {
    if (BoxItem* box = boxAt(point)) return box;
    Spot best;
    qreal least = dropReach;
    for (WireItem* wire : m_wires) {
        if (!wire->boundingRect().adjusted(-dropReach, -dropReach, dropReach, dropReach).contains(point)) continue;
        for (int i = 0; i <= 20; ++i) {
            const qreal away = distance(wire->path().pointAtPercent(i / 20.0), point);
            if (away >= least) continue;
            least = away;
            best = wire;
        }
    }
    if (best.index() != 0) return best;
    BoxItem* nearest = nullptr;
    for (BoxItem* box : m_boxes) {
        if (!nearest || distance(box->place().center(), point) < distance(nearest->place().center(), point))
            nearest = box;
    }
    if (nearest) best = nearest;
    return best;
}

void GraphView::mark(const Spot& spot) {
    if (spot == m_marked) return;
    if (WireItem* const* wire = std::get_if<WireItem*>(&m_marked)) (*wire)->setMarked(false);
    m_marked = spot;
    if (WireItem* const* wire = std::get_if<WireItem*>(&m_marked)) (*wire)->setMarked(true);
    viewport()->update();
}

void GraphView::dragEnterEvent(QDragEnterEvent* event) {
    if (draggedType(event->mimeData()))
        event->acceptProposedAction();
    else
        event->ignore();  // files are the window's
}

void GraphView::dragMoveEvent(QDragMoveEvent* event) {
    if (!draggedType(event->mimeData())) return event->ignore();
    mark(spotAt(mapToScene(event->position().toPoint())));
    event->acceptProposedAction();
}

void GraphView::dragLeaveEvent(QDragLeaveEvent*) {
    mark({});
}

void GraphView::dropEvent(QDropEvent* event) {
    const LayerType* type = draggedType(event->mimeData());
    if (!type) return event->ignore();
    const Spot spot = spotAt(mapToScene(event->position().toPoint()));
    mark({});
    event->acceptProposedAction();
    const QString what = tr("add %1").arg(translated(std::string(type->label)));
    if (WireItem* const* wire = std::get_if<WireItem*>(&spot))
        applyAdded(withLayerOn(m_project.graph(), (*wire)->wire(), *type), what);
    else if (BoxItem* const* box = std::get_if<BoxItem*>(&spot))
        applyAdded(withLayerAfter(m_project.graph(), (*box)->box().layers.back(), *type), what);
    else
        add(*type);
    setFocus();
}

}  // namespace lemnos
