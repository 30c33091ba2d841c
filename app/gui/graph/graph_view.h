// GraphView: the network as boxes and wires, changed by mouse and keys. Boxes stand where the layout puts them.
#pragma once

#include <QGraphicsView>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "app/gui/graph/graph_boxes.h"
#include "app/gui/project.h"

namespace lemnos {

class BoxItem;
class FrameItem;
class WireItem;

/// MIME type of a layer type that is dragged from the palette; the data is its name.
constexpr const char* layerMime = "application/x-lemnos-layer";

class GraphView : public QGraphicsView {
    Q_OBJECT

  public:
    explicit GraphView(Project& project, QWidget* parent = nullptr);
    ~GraphView() override;

    /// Names of the layers in the selected boxes.
    std::set<std::string> selectedLayers() const;
    /// The layer of the box that was selected last, where only that one is; else empty.
    std::string currentLayer() const;
    std::optional<Wire> selectedWire() const;
    void select(const std::set<std::string>& layers);

    /// A new layer on the selected wire, after the selected layer, or before the end.
    void add(const LayerType& type);
    void remove();
    /// The selected layers read by one another: the later one reads the earlier one as well.
    void connectSelected();
    void mend();
    bool canMend() const;
    /// Folds or unfolds the blocks of the selection; false where there are none.
    bool toggleSelectedBlocks();
    void foldAll(bool fold);

    double zoom() const { return transform().m11(); }
    void zoomBy(double factor);
    void zoomTo(double zoom);
    /// All of it, however small.
    void fit();
    /// As much of it as can be read, from its beginning on.
    void showStart();
    /// Shows this point of the scene in the middle.
    void centreOn(const QPointF& point);

    // Where things are in the viewport, for what stands over it and for tests.
    QRect boxRect(const std::string& layer) const;
    QPoint outputOf(const std::string& layer) const;
    QPoint middleOf(const Wire& wire) const;
    QPoint mendPoint(const std::string& layer) const;
    QPoint foldPoint(const std::string& firstLayer) const;
    int boxCount() const { return int(m_boxes.size()); }
    const std::vector<BoxItem*>& boxes() const { return m_boxes; }
    QRectF graphBounds() const { return m_bounds; }

  signals:
    void selectionMoved();
    void viewMoved();
    /// The user wants to change the settings of the layer that is selected.
    void editRequested();
    /// The user wants to see what can be done with the selection, at this place of the screen.
    void menuRequested(const QPoint& at);
    /// Why something that was tried can't be done; empty when there is nothing to say any more.
    void refused(const QString& sentence);

  protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

  private:
    /// What a dragged layer would be put onto.
    using Spot = std::variant<std::monostate, WireItem*, BoxItem*>;
    struct Drawing;  ///< a wire that is being drawn

    void rebuild();
    void refreshSelection();
    void look(double least);
    void reveal(const BoxItem& box);
    QSizeF room() const;
    void apply(Graph graph, const QString& what, const std::set<std::string>& selection);
    void applyAdded(Edited edited, const QString& what);
    BoxItem* boxOf(const std::string& layer) const;
    BoxItem* boxAt(const QPointF& point) const;
    BoxItem* current() const;
    void go(BoxItem* box, bool extend);
    BoxItem* along(int direction) const;
    BoxItem* beside(int direction) const;
    Spot spotAt(const QPointF& point) const;
    void mark(const Spot& spot);
    void moveWire(const QPointF& point);
    void endWire();

    Project& m_project;
    std::vector<BoxItem*> m_boxes;
    std::vector<WireItem*> m_wires;
    std::vector<FrameItem*> m_frames;
    QRectF m_bounds;
    QSizeF m_laidOutFor;
    std::set<std::string> m_toggled;   ///< blocks that are not folded as usual
    std::vector<std::string> m_order;  ///< selected boxes by their first layer, in the order of selection
    std::unique_ptr<Drawing> m_drawing;
    std::optional<QPoint> m_panFrom;
    Spot m_marked;
    BoxItem* m_hovered = nullptr;
    bool m_keepView = false;  ///< the user has chosen what to see
};

}  // namespace lemnos
