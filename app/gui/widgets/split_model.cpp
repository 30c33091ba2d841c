// The table of the split.
#include "app/gui/widgets/split_model.h"

#include "app/gui/format.h"
#include "app/gui/theme.h"

namespace lemnos {

void SplitModel::setDataset(const OpenDataset* dataset) {
    beginResetModel();
    m_names.clear();
    m_counts.clear();
    if (dataset) {
        for (const std::string& name : dataset->index->classes) m_names << QString::fromStdString(name);
        m_counts = dataset->countsByClass;
    }
    endResetModel();
}

int SplitModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_counts.size());
}

int SplitModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnEnd;
}

QVariant SplitModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& counts = m_counts[std::size_t(index.row())];
    const int column = index.column();
    const std::size_t count = column == classColumn ? 0
                              : column == allColumn ? counts[0] + counts[1] + counts[2]
                                                    : counts[std::size_t(column - trainColumn)];
    switch (role) {
        case Qt::DisplayRole:
            return column == classColumn ? m_names[index.row()] : formatCount(std::int64_t(count));
        case Qt::TextAlignmentRole:
            return int(Qt::AlignVCenter | (column == classColumn ? Qt::AlignLeft : Qt::AlignRight));
        case Qt::ForegroundRole:
            return column != classColumn && count == 0 ? QVariant(tokens().warn) : QVariant();
        default:
            return {};
    }
}

QVariant SplitModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == classColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Class"), tr("Pictures"), tr("Training"), tr("Validation"), tr("Test")};
    return names[section];
}

}  // namespace lemnos
