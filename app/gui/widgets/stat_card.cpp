// StatCard: three labels on a card.
#include "app/gui/widgets/stat_card.h"

#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

StatCard::StatCard(const char* objectName, const QString& title, QWidget* parent)
    : QFrame(parent),
      m_title(makeElided(title, "small")),
      m_value(makeElided(QStringLiteral("–"), "number")),
      m_remark(makeElided(QStringLiteral(" "), "small")) {
    setObjectName(QLatin1String(objectName));
    setAccessibleName(title);
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 4, 12);
    layout->setSpacing(2);
    for (QLabel* label : {m_title, m_value, m_remark}) {
        // A long number gives way, so that the cards don't push each other about while it changes.
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        layout->addWidget(label);
    }
    m_value->setFixedHeight(QFontMetrics(sized(text_size::large, QFont::DemiBold)).height());
}

/// A number that the card is too narrow for is written smaller rather than cut off.
void StatCard::fitValue() {
    const QFontMetrics large(sized(text_size::large, QFont::DemiBold));
    const bool fits = large.horizontalAdvance(m_value->text()) <= contentsRect().width() - 20;
    setStyled(*m_value, "role", fits ? "number" : "heading");
}

void StatCard::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    fitValue();
}

void StatCard::setTitle(const QString& title) {
    m_title->setText(title);
    setAccessibleName(title);
}

void StatCard::set(const QString& value, const QString& remark) {
    m_value->setText(value);
    fitValue();
    m_remark->setText(remark.isEmpty() ? QStringLiteral(" ") : remark);
    const QString all = QStringLiteral("%1: %2 %3").arg(m_title->text(), value, remark);
    setAccessibleDescription(all);
    setToolTip(all.trimmed());
}

QString StatCard::value() const {
    return m_value->text();
}

QString StatCard::remark() const {
    return m_remark->text();
}

}  // namespace lemnos
