// RunModel: what each column shows and sorts by.
#include "app/gui/widgets/run_model.h"

#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/theme.h"

namespace lemnos {

QString runStateText(const std::string& state) {
    if (state == "completed") return RunModel::tr("completed");
    if (state == "stopped") return RunModel::tr("stopped");
    if (state == "patience") return RunModel::tr("ended early");
    if (state == "failed") return RunModel::tr("failed");
    return RunModel::tr("unfinished");
}

namespace {

bool isFigure(int column) {
    return (column >= RunModel::bestColumn && column <= RunModel::epochsColumn) || column == RunModel::timeColumn;
}

}  // namespace

void RunModel::setRuns(std::vector<RunSummary> runs) {
    beginResetModel();
    m_runs = std::move(runs);
    std::erase_if(m_ticked, [&](const auto& folder) {
        return std::ranges::find(m_runs, folder, &RunSummary::folder) == m_runs.end();
    });
    endResetModel();
    emit tickedChanged();
}

std::vector<int> RunModel::ticked() const {
    std::vector<int> rows;
    for (const auto& folder : m_ticked)
        rows.push_back(int(std::ranges::find(m_runs, folder, &RunSummary::folder) - m_runs.begin()));
    return rows;
}

int RunModel::placeOf(const RunSummary& run) const {
    const auto found = std::ranges::find(m_ticked, run.folder);
    return found == m_ticked.end() ? -1 : int(found - m_ticked.begin());
}

int RunModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_runs.size());
}

int RunModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnEnd;
}

QVariant RunModel::text(const RunSummary& run, int column) const {
    QStringList tags;
    switch (column) {
        case nameColumn:
            return QString::fromStdString(run.name);
        case startedColumn:
            return run.startedAt > 0 ? QLocale().toString(QDateTime::fromMSecsSinceEpoch(qint64(run.startedAt * 1000)),
                                                          QStringLiteral("yyyy-MM-dd HH:mm"))
                                     : QString();
        case networkColumn:
            return QString::fromStdString(run.network);
        case stateColumn:
            return runStateText(run.state);
        case epochsColumn:
            return formatCount(run.epochs);
        case bestColumn:
            return run.best && run.best->count > 0 ? formatPercent(run.best->accuracy) : QString();
        case macroF1Column:
            return run.best && run.best->macroF1 ? formatPercent(*run.best->macroF1) : QString();
        case testColumn:
            return run.test ? formatPercent(run.test->accuracy) : QString();
        case timeColumn:
            return run.seconds > 0 ? formatDuration(run.seconds) : QString();
        case tagsColumn:
            for (const std::string& tag : run.notes.tags) tags << QString::fromStdString(tag);
            return tags.join(QStringLiteral(", "));
        case dataColumn:
            return QString::fromStdString(run.data);
        default:
            return {};
    }
}

QVariant RunModel::sortValue(const RunSummary& run, int column) const {
    switch (column) {
        case startedColumn:
            return run.startedAt;
        case epochsColumn:
            return qint64(run.epochs);
        case bestColumn:
        case curveColumn:
            return run.best ? run.best->accuracy : -1.0;
        case macroF1Column:
            return run.best ? run.best->macroF1.value_or(-1.0) : -1.0;
        case testColumn:
            return run.test ? run.test->accuracy : -1.0;
        case timeColumn:
            return run.seconds;
        default:
            return text(run, column);
    }
}

QVariant RunModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const RunSummary& run = at(index.row());
    const int column = index.column(), place = placeOf(run);
    switch (role) {
        case Qt::DisplayRole:
            return text(run, column);
        case Qt::ToolTipRole:
            return column == nameColumn && !run.notes.text.empty() ? QString::fromStdString(run.notes.text)
                                                                   : text(run, column);
        case Qt::CheckStateRole:
            if (column == nameColumn) return place < 0 ? Qt::Unchecked : Qt::Checked;
            return {};
        case Qt::TextAlignmentRole:
            return isFigure(column) ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
        case Qt::ForegroundRole:
            if (column == stateColumn && run.state == "failed") return tokens().bad;
            if (column == nameColumn || column == bestColumn || column == macroF1Column || column == networkColumn)
                return {};
            return tokens().muted;
        case sortRole:
            return sortValue(run, column);
        case searchRole:
            return QStringList{text(run, nameColumn).toString(),  text(run, networkColumn).toString(),
                               text(run, stateColumn).toString(), text(run, tagsColumn).toString(),
                               text(run, dataColumn).toString(),  QString::fromStdString(run.notes.text),
                               QString::fromStdString(run.device)}
                .join(QLatin1Char('\n'));
        case curveRole: {
            QVariantList values;
            const auto& curve =
                run.curves.validationAccuracy.empty() ? run.curves.trainAccuracy : run.curves.validationAccuracy;
            for (const double value : curve) values << value;
            return values;
        }
        case colorRole:
            return place < 0 ? QVariant() : QVariant(tokens().series[std::size_t(place)]);
        default:
            return {};
    }
}

bool RunModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::CheckStateRole ||
        index.column() != nameColumn)
        return false;
    const RunSummary& run = at(index.row());
    const int place = placeOf(run);
    const bool on = value.toInt() == Qt::Checked;
    if (on == (place >= 0)) return true;
    if (on) {
        // One more than there are colours takes the place of the first.
        if (int(m_ticked.size()) == mostTicked) m_ticked.erase(m_ticked.begin());
        m_ticked.push_back(run.folder);
    } else {
        m_ticked.erase(m_ticked.begin() + place);
    }
    // Those behind it have other colours now.
    emit dataChanged(this->index(0, 0), this->index(rowCount() - 1, columnEnd - 1), {Qt::CheckStateRole, colorRole});
    emit tickedChanged();
    return true;
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (isFigure(section) ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole) {
        switch (section) {
            case curveColumn:
                return tr("Validation accuracy by epoch");
            case bestColumn:
                return tr("Accuracy of the best epoch on the validation pictures");
            case macroF1Column:
                return tr("Macro F1 of the best epoch on the validation pictures: every class counts the same");
            case testColumn:
                return tr("Accuracy of the best epoch on the test pictures");
            default:
                return {};
        }
    }
    if (role != Qt::DisplayRole) return {};
    const QString names[] = {tr("Run"),   tr("Curve"),   tr("Validation"), tr("Macro F1"), tr("Test"), tr("Epochs"),
                             tr("State"), tr("Network"), tr("Started"),    tr("Time"),     tr("Tags"), tr("Data")};
    return section < columnEnd ? names[section] : QVariant();
}

Qt::ItemFlags RunModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == nameColumn) flags |= Qt::ItemIsUserCheckable;
    return flags;
}

RunFilter::RunFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(RunModel::sortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

void RunFilter::setText(const QString& text) {
    m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QString text = sourceModel()->index(row, 0, parent).data(RunModel::searchRole).toString();
    return std::ranges::all_of(m_words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

void CurveDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    const QVariantList values = index.data(RunModel::curveRole).toList();
    std::vector<QPointF> points;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (const double value = values[i].toDouble(); std::isfinite(value)) points.emplace_back(double(i), value);
    }
    if (points.empty()) return;
    const auto [low, high] = std::ranges::minmax(points, {}, &QPointF::y);
    const QRectF area = QRectF(option.rect).adjusted(8, 6, -8, -6);
    const double width = std::max(1.0, points.back().x()), height = std::max(1e-9, high.y() - low.y());
    QPainterPath path;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const QPointF at(area.left() + points[i].x() / width * area.width(),
                         area.bottom() - (points[i].y() - low.y()) / height * area.height());
        if (i == 0)
            path.moveTo(at);
        else
            path.lineTo(at);
    }
    const auto color = index.data(RunModel::colorRole).value<QColor>();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color.isValid() ? color : tokens().muted, 1.5));
    if (points.size() == 1)
        painter->drawEllipse(path.currentPosition(), 2, 2);
    else
        painter->drawPath(path);
    painter->restore();
}

}  // namespace lemnos
