// FindingModel: what the doctor found, check by check.
#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "app/gui/doctor_run.h"

namespace lemnos {

/// The findings that are not mended, of one check or of all. A finding is mended while the edit that was made for it is
/// in force, so that undoing shows it again.
class FindingModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Role {
        severityRole = Qt::UserRole,  ///< int: Finding::Severity
        checkRole,                    ///< QString: label of the check
    };

    using QAbstractListModel::QAbstractListModel;
    void setFindings(std::shared_ptr<const DatasetIndex> index, DoctorRun::Findings findings);
    /// An empty name shows all checks.
    void setCheck(const std::string& name);
    /// The edit that will be the `position`th in force (from 1) mends these findings.
    void setMended(const std::vector<int>& findings, std::size_t position);
    /// So many edits are in force now.
    void setEditCount(std::size_t count);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /// Place of a row's finding among all.
    int findingAt(int row) const { return m_rows[std::size_t(row)]; }
    const Finding& finding(int place) const { return (*m_findings)[std::size_t(place)]; }
    const DoctorRun::Findings& findings() const { return m_findings; }
    const std::shared_ptr<const DatasetIndex>& dataset() const { return m_index; }
    /// Findings not mended, by name of their check.
    const std::map<std::string, int, std::less<>>& counts() const { return m_counts; }

  private:
    void refill();
    bool isOpen(std::size_t place) const;

    std::shared_ptr<const DatasetIndex> m_index;
    DoctorRun::Findings m_findings;
    std::vector<std::size_t> m_mendedBy;  ///< position of the edit, 0: none
    std::vector<int> m_rows;
    std::map<std::string, int, std::less<>> m_counts;
    std::string m_check;
    std::size_t m_editCount = 0;
};

class FindingDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace lemnos
