// RunModel: the table of runs, its filter, and the delegate that paints curves in it.
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <set>
#include <vector>

#include "model/train/run_summary.h"

namespace lemnos {

/// A run that is ticked is shown in the overlay, in the colour of its place there.
class RunModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column {
        nameColumn,
        curveColumn,
        bestColumn,
        macroF1Column,
        testColumn,
        epochsColumn,
        stateColumn,
        networkColumn,
        startedColumn,
        timeColumn,
        tagsColumn,
        dataColumn,
        columnEnd
    };
    enum Role {
        sortRole = Qt::UserRole,  ///< what the column is sorted by
        searchRole,               ///< all of a run that can be searched for
        curveRole,                ///< QVariantList of double: validation accuracy by epoch
        colorRole,                ///< QColor of a ticked run, else invalid
    };
    static constexpr int mostTicked = 6;  ///< as many as there are colours

    using QAbstractTableModel::QAbstractTableModel;
    /// Runs that are still there stay ticked.
    void setRuns(std::vector<RunSummary> runs);
    const RunSummary& at(int row) const { return m_runs[std::size_t(row)]; }
    /// Rows of the ticked runs, in the order they were ticked.
    std::vector<int> ticked() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  signals:
    void tickedChanged();

  private:
    QVariant text(const RunSummary& run, int column) const;
    QVariant sortValue(const RunSummary& run, int column) const;
    int placeOf(const RunSummary& run) const;

    std::vector<RunSummary> m_runs;
    std::vector<std::filesystem::path> m_ticked;
};

/// Runs that have all words of the text somewhere.
class RunFilter : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    explicit RunFilter(QObject* parent = nullptr);
    void setText(const QString& text);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    QStringList m_words;
};

/// A small curve in its cell.
class CurveDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// "completed" and its like in the user's language.
QString runStateText(const std::string& state);

}  // namespace lemnos
