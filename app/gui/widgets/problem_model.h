// ProblemModel: the files that take no part, with the reason of each: first those that can't be read, then those that
// the user excluded.
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "model/data/edits.h"

namespace lemnos {

class ProblemModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { fileColumn, reasonColumn, columnEnd };

    using QAbstractTableModel::QAbstractTableModel;
    void setDataset(std::shared_ptr<const DatasetIndex> index);
    /// Names a row's file for an edit.
    FileKey keyAt(int row) const;
    bool isExcluded(int row) const { return std::size_t(row) >= m_index->problems.size(); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    const FileProblem& at(int row) const;

    std::shared_ptr<const DatasetIndex> m_index;
};

}  // namespace lemnos
