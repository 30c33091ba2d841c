#include "app/gui/pages/template_gallery.h"

#include <QGridLayout>
#include <QPainter>
#include <algorithm>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/graph/box_item.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

namespace {

constexpr int gap = 12, padding = 12, pictureHeight = 118;

QString nameOf(const TemplateType& type) {
    return QString::fromUtf8(type.name.data(), qsizetype(type.name.size()));
}

}  // namespace

TemplateCard::TemplateCard(const TemplateType& type, QWidget* parent) : QAbstractButton(parent), m_type(type) {
    setObjectName(QStringLiteral("template_") + nameOf(type));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumSize(200, sizeHint().height());
    setAttribute(Qt::WA_Hover);
}

void TemplateCard::show(const Project& project) {
    m_summary = translated(std::string(m_type.summary));
    const auto graph = graphFromTemplate(m_type.name, project.inputShape());
    setEnabled(graph.ok());
    m_isCurrent = false;
    if (!graph) {
        m_size.clear();
        m_summary = errorText(graph.error());
        m_layout = {};
    } else {
        const PartialPlan plan = makePartialPlan(*graph, project.plan().plan.request);
        m_size = tr("%1 parameters").arg(formatShort(double(plan.plan.parameters)));
        const GraphBoxes all = graphBoxes(*graph, plan, {});
        m_layout = layOut(std::vector<QSizeF>(all.boxes.size(), QSizeF(boxWidth, 56)), all.places, {1000, 460});
        m_groups.clear();
        for (const GraphBox& box : all.boxes) m_groups.push_back(box.isBlock ? std::string() : box.group);
        m_isCurrent = templateOf(project.graph(), project.inputShape()) == &m_type;
    }
    setAccessibleName(tr("Start from %1").arg(nameOf(m_type)));
    setAccessibleDescription(m_size + QStringLiteral(". ") + m_summary);
    setToolTip(graph.ok() ? tr("Start from %1; undo brings your network back").arg(nameOf(m_type)) : m_summary);
    update();
}

bool TemplateCard::event(QEvent* event) {
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave) update();
    return QAbstractButton::event(event);
}

void TemplateCard::paintEvent(QPaintEvent*) {
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(rect()).adjusted(1, 1, -1, -1);
    const bool stressed = m_isCurrent || hasFocus();
    painter.setPen(QPen(stressed ? t.accent : underMouse() && isEnabled() ? t.muted : t.line, hasFocus() ? 2 : 1));
    painter.setBrush(t.surface);
    painter.drawRoundedRect(card, 8, 8);
    const QRectF picture(card.left() + 6, card.top() + 6, card.width() - 12, pictureHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.raised);
    painter.drawRoundedRect(picture, 5, 5);
    paintNetwork(painter, picture.adjusted(14, 10, -14, -10));

    QRectF row(padding, picture.bottom() + 8, width() - 2 * padding, 20);
    painter.setFont(sized(text_size::normal, QFont::DemiBold));
    painter.setPen(isEnabled() ? t.text : t.muted);
    painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft, nameOf(m_type));
    painter.setFont(sized(text_size::small));
    painter.setPen(t.muted);
    row.translate(0, 18);
    painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft, m_size);
    row.setTop(row.bottom() + 4);
    row.setBottom(height() - 8);
    painter.drawText(row, Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop, m_summary);
}

void TemplateCard::paintNetwork(QPainter& painter, const QRectF& room) const {
    const QRectF& bounds = m_layout.bounds;
    if (bounds.isEmpty()) return;
    const Tokens& t = tokens();
    const qreal scale = std::min({room.width() / bounds.width(), room.height() / bounds.height(), 0.34});
    painter.save();
    painter.translate(room.center());
    painter.scale(scale, scale);
    painter.translate(-bounds.center());
    painter.setPen(QPen(t.muted, 1.0 / scale));
    painter.setBrush(Qt::NoBrush);
    for (const QPainterPath& wire : m_layout.wires) painter.drawPath(wire);
    for (std::size_t i = 0; i < m_layout.boxes.size(); ++i) {
        const QColor color = m_groups[i].empty() ? t.text : groupColor(m_groups[i]);
        painter.setPen(QPen(color, 1.0 / scale));
        QColor fill = color;
        fill.setAlpha(t.dark ? 90 : 60);
        painter.setBrush(t.surface);
        painter.drawRoundedRect(m_layout.boxes[i], 14, 14);
        painter.setBrush(fill);
        painter.drawRoundedRect(m_layout.boxes[i], 14, 14);
    }
    painter.restore();
}

TemplateGallery::TemplateGallery(Project& project, QWidget* parent) : QScrollArea(parent), m_project(project) {
    setObjectName(QStringLiteral("templateGallery"));
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget;
    content->setProperty("role", "background");
    auto* outer = new QVBoxLayout(content);
    outer->setContentsMargins(0, 0, 6, 12);
    m_grid = new QGridLayout;
    m_grid->setSpacing(gap);
    outer->addLayout(m_grid);
    outer->addStretch();
    for (const TemplateType* type : graphTemplates()) {
        m_cards.push_back(new TemplateCard(*type));
        connect(m_cards.back(), &TemplateCard::clicked, this, [this, type] { emit chosen(type); });
    }
    setWidget(content);
    connect(&project, &Project::planChanged, this, [this] {
        if (isVisible()) refresh();
    });
}

void TemplateGallery::showEvent(QShowEvent* event) {
    QScrollArea::showEvent(event);
    refresh();
}

void TemplateGallery::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    arrange();
}

void TemplateGallery::refresh() {
    for (TemplateCard* card : m_cards) card->show(m_project);
    arrange();
}

void TemplateGallery::arrange() {
    const int columns = std::max(1, (viewport()->width() + gap) / (m_cards.front()->sizeHint().width() + gap));
    if (columns == m_columns) return;
    for (int i = 0; i < m_columns; ++i) m_grid->setColumnStretch(i, 0);
    m_columns = columns;
    for (int i = 0; i < int(m_cards.size()); ++i) m_grid->addWidget(m_cards[std::size_t(i)], i / columns, i % columns);
    for (int i = 0; i < columns; ++i) m_grid->setColumnStretch(i, 1);
}

}  // namespace lemnos
