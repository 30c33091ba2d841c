// Minimap: the whole network small, with what the view shows of it. Dragging in it moves the view.
#pragma once

#include <QWidget>

namespace lemnos {

class GraphView;

class Minimap : public QWidget {
    Q_OBJECT

  public:
    explicit Minimap(GraphView& view, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {172, 116}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

  private:
    QTransform fromScene() const;
    void refresh();

    GraphView& m_view;
};

}  // namespace lemnos
