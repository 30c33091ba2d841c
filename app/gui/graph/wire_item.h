// WireItem: one wire of the graph view, and FrameItem, what is drawn around an unfolded block.
#pragma once

#include <QGraphicsItem>
#include <QPainterPath>

#include "app/gui/graph_edits.h"

namespace lemnos {

class WireItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 2 };

    WireItem(Wire wire, const QPainterPath& path);

    int type() const override { return Type; }
    const Wire& wire() const { return m_wire; }
    const QPainterPath& path() const { return m_path; }
    /// Whether something would be put onto it.
    void setMarked(bool marked);

    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    Wire m_wire;
    QPainterPath m_path;
    bool m_marked = false;
};

class FrameItem : public QGraphicsItem {
  public:
    enum { Type = UserType + 3 };

    FrameItem(const QString& title, std::string key, const QRectF& place);

    int type() const override { return Type; }
    const std::string& key() const { return m_key; }
    /// Where a click folds the block, in scene coordinates.
    QRectF handle() const;

    QRectF boundingRect() const override { return m_place; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

  private:
    QString m_title;
    std::string m_key;
    QRectF m_place;
};

}  // namespace lemnos
