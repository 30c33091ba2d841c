// LayerList: the network as a column of boxes with their shapes, sizes and errors.
#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>

#include "app/gui/project.h"

namespace lemnos {

/// One row per layer of the project's graph, kept up to date.
class LayerModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Role {
        typeRole = Qt::UserRole,  ///< "Dense"
        settingsRole,             ///< "Units 512 · Activation relu"
        shapeRole,                ///< "28 × 28 × 1"; empty where it is not known
        parametersRole,           ///< qint64; -1 where it is not known
        errorRole,                ///< the sentence, at the layer it is about
    };

    explicit LayerModel(const Project& project, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    void refresh();
    const LayerSpec& layer(int row) const { return m_project.graph().layers[std::size_t(row)]; }
    const LayerPlan* planned(const LayerSpec& layer) const;
    QString error(const LayerSpec& layer) const;

    const Project& m_project;
    int m_rows = 0;
};

class LayerDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

class LayerList : public QListView {
    Q_OBJECT

  public:
    explicit LayerList(const Project& project, QWidget* parent = nullptr);
    /// Position of the selected layer, or -1.
    int selectedRow() const;
    void select(int row);

  signals:
    void selectionMoved();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;
};

}  // namespace lemnos
