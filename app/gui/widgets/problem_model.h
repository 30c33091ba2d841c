// ProblemModel: the files that were left out, with the reason of each.
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "model/data/dataset_index.h"

namespace lemnos {

class ProblemModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { fileColumn, reasonColumn, columnEnd };

    using QAbstractTableModel::QAbstractTableModel;
    void setDataset(std::shared_ptr<const DatasetIndex> index);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::shared_ptr<const DatasetIndex> m_index;
};

}  // namespace lemnos
