// The table of skipped files.
#include "app/gui/widgets/problem_model.h"

#include "app/gui/error_text.h"
#include "app/session/qt_path.h"

namespace lemnos {

void ProblemModel::setDataset(std::shared_ptr<const DatasetIndex> index) {
    beginResetModel();
    m_index = std::move(index);
    endResetModel();
}

const FileProblem& ProblemModel::at(int row) const {
    const auto i = std::size_t(row), problems = m_index->problems.size();
    return i < problems ? m_index->problems[i] : m_index->excluded[i - problems];
}

FileKey ProblemModel::keyAt(int row) const {
    return {at(row).source, at(row).path, 0};
}

int ProblemModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_index ? 0 : int(m_index->problems.size() + m_index->excluded.size());
}

int ProblemModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnEnd;
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
    const FileProblem& problem = at(index.row());
    if (index.column() == fileColumn) return toText(std::filesystem::path(problem.path));
    return isExcluded(index.row()) ? tr("You excluded it.") : errorText(problem.reason);
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    return section == fileColumn ? tr("File") : tr("Why it was left out");
}

}  // namespace lemnos
