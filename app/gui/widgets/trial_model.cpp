#include "app/gui/widgets/trial_model.h"

#include <QFont>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

QString sweepLabel(const std::string& key) {
    const Param* param = findSweepParam(key);
    return translated(param ? param->label : key);
}

QString trialStateText(TrialRow::State state) {
    switch (state) {
        case TrialRow::State::waiting:
            return TrialModel::tr("waiting");
        case TrialRow::State::running:
            return TrialModel::tr("training");
        case TrialRow::State::done:
            return TrialModel::tr("done");
        case TrialRow::State::dropped:
            return TrialModel::tr("left behind");
        case TrialRow::State::failed:
            return TrialModel::tr("failed");
    }
    return {};
}

void TrialModel::setTable(SweepTable table) {
    beginResetModel();
    m_table = std::move(table);
    refreshKeys();
    endResetModel();
}

void TrialModel::apply(const SweepEvent& event) {
    const auto* started = std::get_if<SweepStartedEvent>(&event);
    if (started && started->trials.size() != m_table.rows().size()) {
        beginResetModel();
        m_table.apply(event);
        refreshKeys();
        endResetModel();
        return;
    }
    m_table.apply(event);
    // One trial that ends may be the new best, and the end of others.
    if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void TrialModel::refreshKeys() {
    m_keys.clear();
    if (m_table.rows().empty()) return;
    for (const auto& [key, value] : m_table.rows().front().trial.values) m_keys.push_back(key);
}

int TrialModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_table.rows().size());
}

int TrialModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : valueColumn() + 1;
}

QString TrialModel::valueText(const std::optional<double>& value) const {
    if (!value) return {};
    return m_table.bestBy() == BestBy::loss ? formatLoss(*value) : formatPercent(*value);
}

QVariant TrialModel::text(const TrialRow& row, int column) const {
    if (column == 0) return formatCount(row.trial.number);
    if (column == stateColumn()) return trialStateText(row.state);
    if (column == epochsColumn()) return row.epochs > 0 ? formatCount(row.epochs) : QString();
    if (column == valueColumn()) return valueText(row.value);
    const auto found = row.trial.values.find(m_keys[std::size_t(column - 1)]);
    return found == row.trial.values.end() ? QString() : QString::fromStdString(toString(found->second));
}

QVariant TrialModel::sortValue(const TrialRow& row, int column) const {
    if (column == 0) return qint64(row.trial.number);
    if (column == stateColumn()) return int(row.state);
    if (column == epochsColumn()) return qint64(row.epochs);
    if (column == valueColumn()) {
        // Those without one come last when the best come first.
        if (!row.value) return lowerIsBetter(m_table.bestBy()) ? 1e300 : -1e300;
        return *row.value;
    }
    const auto found = row.trial.values.find(m_keys[std::size_t(column - 1)]);
    if (found == row.trial.values.end()) return {};
    if (const auto* real = std::get_if<double>(&found->second)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&found->second)) return qint64(*whole);
    return QString::fromStdString(toString(found->second));
}

QVariant TrialModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const TrialRow& row = m_table.rows()[std::size_t(index.row())];
    const bool best = m_table.best() == std::size_t(index.row());
    const bool isText =
        index.column() == stateColumn() || (index.column() >= 1 && index.column() < stateColumn() &&
                                            sortValue(row, index.column()).typeId() == QMetaType::QString);
    switch (role) {
        case Qt::DisplayRole:
            return text(row, index.column());
        case Qt::TextAlignmentRole:
            return int(Qt::AlignVCenter) | int(isText ? Qt::AlignLeft : Qt::AlignRight);
        case Qt::ToolTipRole:
            return row.error.empty() ? QVariant() : QString::fromStdString(row.error);
        case Qt::FontRole:
            return best ? QVariant(sized(text_size::normal, QFont::DemiBold)) : QVariant();
        case Qt::ForegroundRole:
            if (best) return tokens().accentText;
            if (row.state == TrialRow::State::failed && index.column() == stateColumn()) return tokens().bad;
            return row.state == TrialRow::State::dropped || row.state == TrialRow::State::waiting
                       ? QVariant(tokens().muted)
                       : QVariant();
        case sortRole:
            return sortValue(row, index.column());
        case bestRole:
            return best;
        default:
            return {};
    }
}

QVariant TrialModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const bool isSetting = section >= 1 && section < stateColumn();
    if (role == Qt::TextAlignmentRole && rowCount() > 0) return data(index(0, section), Qt::TextAlignmentRole);
    if (role == Qt::ToolTipRole && isSetting) {
        const Param* param = findSweepParam(m_keys[std::size_t(section - 1)]);
        return param ? translated(param->help) : QString();
    }
    if (role != Qt::DisplayRole) return {};
    if (section == 0) return tr("Trial");
    if (isSetting) return sweepLabel(m_keys[std::size_t(section - 1)]);
    if (section == stateColumn()) return tr("State");
    if (section == epochsColumn()) return tr("Epochs");
    switch (m_table.bestBy()) {
        case BestBy::loss:
            return tr("Val loss");
        case BestBy::macroF1:
            return tr("Val macro F1");
        case BestBy::accuracy:
            break;
    }
    return tr("Val accuracy");
}

}  // namespace lemnos
