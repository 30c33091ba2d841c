// GraphView: building the scene, selecting, editing, zooming. Mouse, keys and dragging are in graph_view_input.cpp.
#include "app/gui/graph/graph_view.h"

#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "app/gui/error_text.h"
#include "app/gui/graph/box_item.h"
#include "app/gui/graph/graph_mends.h"
#include "app/gui/graph/graph_view_drawing.h"
#include "app/gui/graph/wire_item.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

namespace {

constexpr double smallestZoom = 0.05, largestZoom = 4;
constexpr qreal roomAround = 28, roomToPan = 600;
constexpr double largestFit = 1.4;  // a small network in a large window is drawn larger, not as large as can be
constexpr double readableZoom = 0.8, smallestReadableZoom = 0.68;

}  // namespace

GraphView::GraphView(Project& project, QWidget* parent) : QGraphicsView(parent), m_project(project) {
    setObjectName(QStringLiteral("graphView"));
    setAccessibleName(tr("Network"));
    setWhatsThis(
        tr("Arrow keys follow the wires, Shift with them selects more, Delete removes, Enter folds or unfolds a block. "
           "Drag from the dot below a box to another box to connect them; turn the wheel to zoom."));
    setScene(new QGraphicsScene(this));
    // The boxes change as a whole, so that an index of them is of no use.
    scene()->setItemIndexMethod(QGraphicsScene::NoIndex);
    setFrameShape(NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setDragMode(RubberBandDrag);
    setAcceptDrops(true);
    setMouseTracking(true);
    setTransformationAnchor(AnchorUnderMouse);
    setViewportUpdateMode(SmartViewportUpdate);
    setOptimizationFlags(DontSavePainterState | DontAdjustForAntialiasing);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&project, &Project::planChanged, this, &GraphView::rebuild);
    connect(scene(), &QGraphicsScene::selectionChanged, this, &GraphView::refreshSelection);
    connect(&Theme::instance(), &Theme::changed, this, &GraphView::rebuild);
    rebuild();
}

GraphView::~GraphView() {
    disconnect(scene(), nullptr, this, nullptr);
}

void GraphView::rebuild() {
    const std::set<std::string> selected = selectedLayers();
    const std::optional<Wire> wire = selectedWire();
    const std::string latest = m_order.empty() ? std::string() : m_order.back();
    const QSignalBlocker quiet(scene());
    m_drawing.reset();
    m_marked = {};
    m_hovered = nullptr;
    scene()->clear();
    m_boxes.clear();
    m_wires.clear();
    m_frames.clear();
    setBackgroundBrush(tokens().raised);

    GraphBoxes all = graphBoxes(m_project.graph(), m_project.plan(), m_toggled);
    m_laidOutFor = room();
    std::vector<QSizeF> sizes;
    for (const GraphBox& box : all.boxes) sizes.push_back(boxSize(box));
    std::vector<int> groups(all.boxes.size(), -1);
    for (std::size_t i = 0; i < all.frames.size(); ++i) {
        for (const int box : all.frames[i].boxes) groups[std::size_t(box)] = int(i);
    }
    const GraphLayout layout = layOut(sizes, all.places, room(), groups);
    for (const GraphFrame& frame : all.frames) {
        QRectF place;
        for (const int box : frame.boxes) place |= layout.boxes[std::size_t(box)];
        m_frames.push_back(new FrameItem(frame.title, frame.key, place.adjusted(-10, -23, 10, 9)));
        scene()->addItem(m_frames.back());
    }
    for (std::size_t i = 0; i < all.wires.size(); ++i) {
        m_wires.push_back(new WireItem(all.wires[i], layout.wires[i]));
        scene()->addItem(m_wires.back());
        m_wires.back()->setSelected(wire == all.wires[i]);
    }
    for (std::size_t i = 0; i < all.boxes.size(); ++i) {
        m_boxes.push_back(new BoxItem(std::move(all.boxes[i]), layout.boxes[i]));
        BoxItem* box = m_boxes.back();
        scene()->addItem(box);
        box->setSelected(
            std::ranges::any_of(box->box().layers, [&](const auto& name) { return selected.contains(name); }));
    }
    m_bounds = layout.bounds;
    scene()->setSceneRect(m_bounds.adjusted(-roomToPan, -roomToPan, roomToPan, roomToPan));
    if (!latest.empty()) m_order = {latest};
    const bool lost = !mapToScene(viewport()->rect()).boundingRect().intersects(m_bounds);
    if (!m_keepView || lost) showStart();
    refreshSelection();
    emit viewMoved();
}

void GraphView::refreshSelection() {
    // Those that are still selected in their old order, and the new ones behind.
    std::vector<std::string> order;
    for (const std::string& name : m_order) {
        BoxItem* box = boxOf(name);
        if (box && box->isSelected() && std::ranges::find(order, box->box().layers.front()) == order.end())
            order.push_back(box->box().layers.front());
    }
    for (const BoxItem* box : m_boxes) {
        const std::string& name = box->box().layers.front();
        if (box->isSelected() && std::ranges::find(order, name) == order.end()) order.push_back(name);
    }
    m_order = std::move(order);
    for (BoxItem* box : m_boxes) box->setFocused(hasFocus() && box == current());
    const BoxItem* box = current();
    setAccessibleDescription(box ? box->box().tip : tr("Nothing is selected."));
    emit selectionMoved();
}

std::set<std::string> GraphView::selectedLayers() const {
    std::set<std::string> names;
    for (const BoxItem* box : m_boxes) {
        if (box->isSelected()) names.insert(box->box().layers.begin(), box->box().layers.end());
    }
    return names;
}

std::string GraphView::currentLayer() const {
    const BoxItem* box = current();
    return box && !box->box().isBlock ? box->box().layers.front() : std::string();
}

std::optional<Wire> GraphView::selectedWire() const {
    for (const WireItem* wire : m_wires) {
        if (wire->isSelected()) return wire->wire();
    }
    return {};
}

void GraphView::select(const std::set<std::string>& layers) {
    {
        const QSignalBlocker quiet(scene());
        for (WireItem* wire : m_wires) wire->setSelected(false);
        for (BoxItem* box : m_boxes)
            box->setSelected(
                std::ranges::any_of(box->box().layers, [&](const auto& name) { return layers.contains(name); }));
    }
    refreshSelection();
    if (BoxItem* box = current()) reveal(*box);
}

/// Brings the box into sight. Where that moves the view, it stays there when the network changes.
void GraphView::reveal(const BoxItem& box) {
    if (viewport()->rect().contains(mapFromScene(box.place()).boundingRect())) return;
    m_keepView = true;
    ensureVisible(box.place(), 40, 40);
}

BoxItem* GraphView::boxOf(const std::string& layer) const {
    for (BoxItem* box : m_boxes) {
        if (std::ranges::find(box->box().layers, layer) != box->box().layers.end()) return box;
    }
    return nullptr;
}

BoxItem* GraphView::current() const {
    return m_order.empty() ? nullptr : boxOf(m_order.back());
}

void GraphView::apply(Graph graph, const QString& what, const std::set<std::string>& selection) {
    emit refused({});
    m_project.editGraph(std::move(graph), what);
    select(selection);
}

void GraphView::applyAdded(Edited edited, const QString& what) {
    const std::set<std::string> added(edited.added.begin(), edited.added.end());
    apply(std::move(edited.graph), what, added);
}

void GraphView::add(const LayerType& type) {
    const Graph& graph = m_project.graph();
    const QString what = tr("add %1").arg(translated(std::string(type.label)));
    if (const auto wire = selectedWire()) return applyAdded(withLayerOn(graph, *wire, type), what);
    if (const BoxItem* box = current()) return applyAdded(withLayerAfter(graph, box->box().layers.back(), type), what);
    // Nobody wants anything behind the probabilities.
    const std::size_t count = graph.layers.size();
    const bool ends = count > 0 && graph.layers.back().type == "softmax" && type.name != "softmax";
    const Graph edited = withLayer(graph, ends ? count - 1 : count, type);
    apply(edited, what, {edited.layers[ends ? count - 1 : count].name});
}

void GraphView::remove() {
    const Graph& graph = m_project.graph();
    if (const auto wire = selectedWire(); wire && m_order.empty()) {
        const Result<Graph> without = withoutWire(graph, *wire);
        if (!without) return emit refused(errorText(without.error()));
        return apply(*without, tr("remove a wire"), {});
    }
    const std::set<std::string> names = selectedLayers();
    if (names.empty()) return;
    // What comes after takes the selection, so that Delete can be pressed again.
    const std::size_t first = *positionOf(
        graph, *std::ranges::min_element(names, {}, [&](const std::string& name) { return *positionOf(graph, name); }));
    Graph without = withoutLayers(graph, names);
    std::set<std::string> next;
    if (!without.layers.empty()) next = {without.layers[std::min(first, without.layers.size() - 1)].name};
    apply(std::move(without), tr("remove %n layer(s)", nullptr, int(names.size())), next);
}

void GraphView::connectSelected() {
    if (m_order.size() != 2) return emit refused(tr("Select two layers to connect them."));
    const Graph& graph = m_project.graph();
    std::string from = boxOf(m_order[0])->box().layers.back(), to = boxOf(m_order[1])->box().layers.front();
    if (*positionOf(graph, from) > *positionOf(graph, to)) {
        from = boxOf(m_order[1])->box().layers.back();
        to = boxOf(m_order[0])->box().layers.front();
    }
    const Result<Graph> wired = withWire(graph, {from, to});
    if (!wired) return emit refused(errorText(wired.error()));
    apply(*wired, tr("connect two layers"), {to});
}

bool GraphView::canMend() const {
    return std::ranges::any_of(m_boxes, [](const BoxItem* box) { return !box->box().mend.isEmpty(); });
}

void GraphView::mend() {
    std::optional<Mend> mend = mendOf(m_project.graph(), m_project.plan());
    if (mend) apply(std::move(mend->graph), mend->label, selectedLayers());
}

bool GraphView::toggleSelectedBlocks() {
    std::set<std::string> keys;
    const std::set<std::string> selected = selectedLayers();
    for (const BoxItem* box : m_boxes) {
        if (box->isSelected() && box->box().isBlock) keys.insert(box->box().layers.front());
    }
    for (const GraphFrame& frame : graphBoxes(m_project.graph(), m_project.plan(), m_toggled).frames) {
        for (const int at : frame.boxes) {
            if (selected.contains(m_boxes[std::size_t(at)]->box().layers.front())) keys.insert(frame.key);
        }
    }
    for (const std::string& key : keys) {
        if (m_toggled.erase(key) == 0) m_toggled.insert(key);
    }
    if (!keys.empty()) rebuild();
    return !keys.empty();
}

void GraphView::foldAll(bool fold) {
    // Unfolded, every block has a frame; what is unusual is to be the other way round.
    m_toggled.clear();
    const bool usual = m_project.graph().layers.size() > foldedAbove;
    if (fold != usual) {
        const GraphBoxes all = graphBoxes(m_project.graph(), m_project.plan(), {});
        for (const GraphFrame& frame : all.frames) m_toggled.insert(frame.key);
        for (const GraphBox& box : all.boxes) {
            if (box.isBlock) m_toggled.insert(box.layers.front());
        }
    }
    m_keepView = false;
    rebuild();
}

void GraphView::zoomBy(double factor) {
    zoomTo(zoom() * factor);
}

void GraphView::zoomTo(double to) {
    m_keepView = true;
    const double factor = std::clamp(to, smallestZoom, largestZoom) / zoom();
    scale(factor, factor);
    emit viewMoved();
}

void GraphView::fit() {
    look(smallestZoom);
    m_keepView = true;
}

void GraphView::showStart() {
    m_keepView = false;
    look(smallestReadableZoom);
}

/// As much of the network as there is room for at `least` or more, from its beginning on.
void GraphView::look(double least) {
    if (m_bounds.isEmpty() || viewport()->width() < 50) return;
    const QRectF wanted = m_bounds.adjusted(-roomAround, -roomAround, roomAround, roomAround);
    const double fitting =
        std::min({largestFit, viewport()->width() / wanted.width(), viewport()->height() / wanted.height()});
    const double zoom = std::max(fitting, least);
    setTransform(QTransform::fromScale(zoom, zoom));
    QPointF centre = m_bounds.center();
    if (wanted.width() * zoom > viewport()->width()) centre.setX(wanted.left() + viewport()->width() / zoom / 2);
    if (wanted.height() * zoom > viewport()->height()) centre.setY(wanted.top() + viewport()->height() / zoom / 2);
    centerOn(centre);
    emit viewMoved();
}

/// What there is for the layout at a size that is easy to read.
QSizeF GraphView::room() const {
    const QSizeF size = QSizeF(viewport()->size()) / readableZoom - QSizeF(2 * roomAround, 2 * roomAround);
    return size.expandedTo({300, 300});
}

void GraphView::centreOn(const QPointF& point) {
    m_keepView = true;
    centerOn(point);
}

void GraphView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    // Small changes are not worth that boxes jump about.
    const QSizeF now = room(), change = now - m_laidOutFor;
    if (std::abs(change.width()) + std::abs(change.height()) > 40) return rebuild();
    if (!m_keepView) showStart();
    emit viewMoved();
}

void GraphView::scrollContentsBy(int dx, int dy) {
    QGraphicsView::scrollContentsBy(dx, dy);
    emit viewMoved();
}

QRect GraphView::boxRect(const std::string& layer) const {
    const BoxItem* box = boxOf(layer);
    return box ? mapFromScene(box->place()).boundingRect() : QRect();
}

QPoint GraphView::outputOf(const std::string& layer) const {
    const BoxItem* box = boxOf(layer);
    return box ? mapFromScene(box->outputPort()) : QPoint();
}

QPoint GraphView::middleOf(const Wire& wire) const {
    for (const WireItem* item : m_wires) {
        if (item->wire() == wire) return mapFromScene(item->path().pointAtPercent(0.5));
    }
    return {};
}

QPoint GraphView::mendPoint(const std::string& layer) const {
    const BoxItem* box = boxOf(layer);
    return box ? mapFromScene(box->pos() + box->mendRect().center()) : QPoint();
}

QPoint GraphView::foldPoint(const std::string& firstLayer) const {
    for (const FrameItem* frame : m_frames) {
        if (frame->key() == firstLayer) return mapFromScene(frame->handle().center());
    }
    return {};
}

}  // namespace lemnos
