// SplitModel: how the pictures of each class are dealt out.
#pragma once

#include <QAbstractTableModel>
#include <array>
#include <vector>

#include "app/gui/project.h"

namespace lemnos {

class SplitModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { classColumn, allColumn, trainColumn, validationColumn, testColumn, columnEnd };

    using QAbstractTableModel::QAbstractTableModel;
    void setDataset(const OpenDataset* dataset);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QStringList m_names;
    std::vector<std::array<std::size_t, 3>> m_counts;
};

}  // namespace lemnos
