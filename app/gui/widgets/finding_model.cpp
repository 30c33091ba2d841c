// The list of findings.
#include "app/gui/widgets/finding_model.h"

#include <QPainter>

#include "app/gui/icons.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

namespace {

constexpr int rowHeight = 44;

}  // namespace

void FindingModel::setFindings(std::shared_ptr<const DatasetIndex> index, DoctorRun::Findings findings) {
    beginResetModel();
    m_index = std::move(index);
    m_findings = std::move(findings);
    m_mendedBy.assign(m_findings ? m_findings->size() : 0, 0);
    refill();
    endResetModel();
}

void FindingModel::setCheck(const std::string& name) {
    beginResetModel();
    m_check = name;
    refill();
    endResetModel();
}

void FindingModel::setMended(const std::vector<int>& findings, std::size_t position) {
    // What was undone before this edit can't come back.
    for (std::size_t& by : m_mendedBy) by = by >= position ? 0 : by;
    for (const int place : findings) m_mendedBy[std::size_t(place)] = position;
}

void FindingModel::setEditCount(std::size_t count) {
    m_editCount = count;
    beginResetModel();
    refill();
    endResetModel();
}

bool FindingModel::isOpen(std::size_t place) const {
    return m_mendedBy[place] == 0 || m_mendedBy[place] > m_editCount;
}

void FindingModel::refill() {
    m_rows.clear();
    m_counts.clear();
    auto count = m_counts.end();
    for (std::size_t i = 0; i < m_mendedBy.size(); ++i) {
        if (!isOpen(i)) continue;
        const std::string_view check = (*m_findings)[i].check;
        // Findings of a check lie side by side, and there may be a million.
        if (count == m_counts.end() || count->first != check) count = m_counts.try_emplace(std::string(check)).first;
        ++count->second;
        if (m_check.empty() || check == m_check) m_rows.push_back(int(i));
    }
}

int FindingModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant FindingModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const Finding& shown = finding(findingAt(index.row()));
    const CheckType* check = findCheck(shown.check);
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return translated(textOf(*m_index, shown));
        case Qt::ToolTipRole:
            return translated(textOf(*m_index, shown)) + QLatin1Char('\n') + translated(std::string(check->help));
        case severityRole:
            return int(shown.severity);
        case checkRole:
            return translated(std::string(check->label));
        default:
            return {};
    }
}

void FindingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Tokens& t = tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool selected = option.state & QStyle::State_Selected;
    const QRect row = option.rect.adjusted(0, 1, 0, -1);
    if (selected || option.state & QStyle::State_MouseOver) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(selected ? t.accentSoft : t.raised);
        painter->drawRoundedRect(row, 6, 6);
    }
    const auto severity = Finding::Severity(index.data(FindingModel::severityRole).toInt());
    const QColor color = severity == Finding::Severity::error     ? t.bad
                         : severity == Finding::Severity::warning ? t.warn
                                                                  : t.muted;
    const QRect sign(row.left() + 10, row.center().y() - 8, 16, 16);
    icon(QStringLiteral("warning"), color).paint(painter, sign);
    const QRect text(sign.right() + 12, row.top(), row.right() - sign.right() - 22, row.height());
    const QRect above(text.left(), text.top() + 4, text.width(), text.height() / 2 - 4);
    const QRect below(text.left(), text.center().y(), text.width(), text.height() / 2 - 3);
    painter->setFont(sized(text_size::normal));
    painter->setPen(t.text);
    painter->drawText(above, Qt::AlignVCenter | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    painter->setFont(sized(text_size::small));
    painter->setPen(t.muted);
    painter->drawText(below, Qt::AlignVCenter | Qt::AlignLeft, index.data(FindingModel::checkRole).toString());
    painter->restore();
}

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {200, rowHeight};
}

}  // namespace lemnos
