// ClassModel: the classes of a data set with their counts, and the delegate that paints a row of it.
#pragma once

#include <QAbstractListModel>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <array>
#include <vector>

#include "app/gui/project.h"

namespace lemnos {

/// Row 0 stands for all classes; row n + 1 is class n.
class ClassModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Role {
        countRole = Qt::UserRole,  ///< qint64
        shareRole,                 ///< of the largest class, 0 to 1; negative for the row of all
        labelRole,                 ///< int: index of the class, -1 for all
        partsRole,                 ///< QVariantList of three qint64: training, validation, test
    };

    using QAbstractListModel::QAbstractListModel;
    void setDataset(const OpenDataset* dataset);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    QStringList m_names;
    std::vector<qint64> m_counts;
    std::vector<std::array<qint64, 3>> m_parts;  ///< of all, then of each class
    qint64 m_total = 0, m_largest = 0;
};

/// Classes whose name contains the text; the row of all only while there is no text.
class ClassFilter : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
};

class ClassDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace lemnos
