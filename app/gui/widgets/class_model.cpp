// The list of classes.
#include "app/gui/widgets/class_model.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/split_bar.h"
#include "app/session/qt_path.h"

namespace lemnos {

namespace {

constexpr int rowHeight = 26;
constexpr int barWidth = 48;
constexpr int barHeight = 8;

}  // namespace

void ClassModel::setDataset(const OpenDataset* dataset) {
    beginResetModel();
    m_names.clear();
    m_counts.clear();
    m_total = m_largest = 0;
    m_parts.assign(1, {});
    if (dataset) {
        for (const std::string& name : dataset->index->classes) m_names << toText(std::filesystem::path(name));
        for (const std::size_t count : dataset->classCounts) {
            m_counts.push_back(qint64(count));
            m_total += qint64(count);
            m_largest = std::max(m_largest, qint64(count));
        }
        for (const auto& counts : dataset->countsByClass) {
            m_parts.push_back({qint64(counts[0]), qint64(counts[1]), qint64(counts[2])});
            for (std::size_t i = 0; i < 3; ++i) m_parts.front()[i] += m_parts.back()[i];
        }
    }
    endResetModel();
}

int ClassModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || m_names.isEmpty() ? 0 : int(m_names.size()) + 1;
}

QVariant ClassModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto row = std::size_t(index.row());
    const int label = index.row() - 1;
    const qint64 count = label < 0 ? m_total : m_counts[std::size_t(label)];
    const QString name = label < 0 ? tr("All") : m_names[label];
    switch (role) {
        case Qt::DisplayRole:
            return name;
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return tr("%1: %2 pictures\n%3 training, %4 validation, %5 test")
                .arg(name, formatCount(count), formatCount(m_parts[row][0]), formatCount(m_parts[row][1]),
                     formatCount(m_parts[row][2]));
        case partsRole:
            return QVariantList{m_parts[row][0], m_parts[row][1], m_parts[row][2]};
        case countRole:
            return count;
        case shareRole:
            return label < 0 || m_largest == 0 ? -1.0 : double(count) / double(m_largest);
        case labelRole:
            return label;
        default:
            return {};
    }
}

bool ClassFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (index.data(ClassModel::labelRole).toInt() < 0) return filterRegularExpression().pattern().isEmpty();
    return QSortFilterProxyModel::filterAcceptsRow(row, parent);
}

void ClassDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Tokens& t = tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool selected = option.state & QStyle::State_Selected;
    const bool hover = option.state & QStyle::State_MouseOver;
    const QRect row = option.rect.adjusted(0, 1, 0, -1);
    if (selected || hover) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(selected ? t.accentSoft : t.raised);
        painter->drawRoundedRect(row, 6, 6);
    }
    if (selected && option.state & QStyle::State_HasFocus) {
        painter->setPen(t.accent);
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
    QRect area = row.adjusted(8, 0, -8, 0);
    const QRect bar(area.right() - barWidth, area.center().y() - barHeight / 2 + 1, barWidth, barHeight);
    painter->setFont(sized(text_size::normal));
    const QString number = formatCount(index.data(ClassModel::countRole).toLongLong());
    const int numberWidth = painter->fontMetrics().horizontalAdvance(number);
    const QRect count(bar.left() - numberWidth - 8, area.top(), numberWidth, area.height());
    const QRect name(area.left(), area.top(), count.left() - area.left() - 8, area.height());
    painter->setFont(sized(text_size::normal, selected ? QFont::DemiBold : QFont::Normal));
    painter->setPen(selected ? t.accentText : t.text);
    const QString text = index.data(Qt::DisplayRole).toString();
    painter->drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(text, Qt::ElideRight, name.width()));
    painter->setFont(sized(text_size::normal));
    painter->drawText(count, Qt::AlignVCenter | Qt::AlignRight, number);
    if (const double share = index.data(ClassModel::shareRole).toDouble(); share >= 0) {
        QPainterPath outline;
        const QRectF whole(bar.left(), bar.top(), std::max(4.0, bar.width() * share), bar.height());
        outline.addRoundedRect(whole, 4, 4);
        painter->setClipPath(outline);
        const QVariantList parts = index.data(ClassModel::partsRole).toList();
        const double total = std::max(1.0, double(index.data(ClassModel::countRole).toLongLong()));
        double left = whole.left();
        for (int i = 0; i < 3; ++i) {
            const double width = whole.width() * parts[i].toDouble() / total;
            painter->fillRect(QRectF(left, whole.top(), width, whole.height()), splitColor(Split(i)));
            left += width;
        }
    }
    painter->restore();
}

QSize ClassDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {160, rowHeight};
}

}  // namespace lemnos
