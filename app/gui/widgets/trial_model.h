// TrialModel: the trials of a sweep as a table that follows its events.
#pragma once

#include <QAbstractTableModel>
#include <string>
#include <vector>

#include "model/sweep/sweep_table.h"

namespace lemnos {

/// Columns: number, one per setting that is tried, state, epochs, value of the metric. The best is set off.
class TrialModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Role {
        sortRole = Qt::UserRole,
        bestRole,  ///< bool
    };

    using QAbstractTableModel::QAbstractTableModel;
    void setTable(SweepTable table);
    void apply(const SweepEvent& event);

    const SweepTable& table() const { return m_table; }
    /// What is tried, by key, in the order of the columns.
    const std::vector<std::string>& keys() const { return m_keys; }
    int stateColumn() const { return 1 + int(m_keys.size()); }
    int epochsColumn() const { return stateColumn() + 1; }
    int valueColumn() const { return stateColumn() + 2; }
    QString valueText(const std::optional<double>& value) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QVariant text(const TrialRow& row, int column) const;
    QVariant sortValue(const TrialRow& row, int column) const;
    void refreshKeys();

    SweepTable m_table;
    std::vector<std::string> m_keys;
};

/// "learning rate" and its like in the user's language: the label of a setting that is tried.
QString sweepLabel(const std::string& key);
QString trialStateText(TrialRow::State state);

}  // namespace lemnos
