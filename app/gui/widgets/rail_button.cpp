// RailButton: painting.
#include "app/gui/widgets/rail_button.h"

#include <QFocusEvent>
#include <QPainter>

#include "app/gui/icons.h"
#include "app/gui/theme.h"

namespace lemnos {

RailButton::RailButton(const char* objectName, const QString& iconName, const QString& text, QWidget* parent)
    : QAbstractButton(parent), m_icon(iconName) {
    setObjectName(QLatin1String(objectName));
    setText(text);
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setFixedHeight(sizeHint().height());
    setAccessibleName(text);
}

void RailButton::setReadiness(const Readiness& readiness) {
    m_state = readiness.state;
    setToolTip(tr("%1 (%2)").arg(readiness.sentence, m_key.toString(QKeySequence::NativeText)));
    setAccessibleDescription(readiness.sentence);
    update();
}

void RailButton::focusInEvent(QFocusEvent* event) {
    m_byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QAbstractButton::focusInEvent(event);
}

void RailButton::paintEvent(QPaintEvent*) {
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(hasFocus() && m_byKeyboard ? QPen(t.accent) : QPen(Qt::NoPen));
    painter.setBrush(isChecked() ? t.accentSoft : underMouse() ? t.raised : QColor(Qt::transparent));
    painter.drawRoundedRect(box, 8, 8);
    const QColor color = isChecked() ? t.accentText : t.text;
    lemnos::icon(m_icon, color).paint(&painter, QRect(11, (height() - 20) / 2, 20, 20));
    painter.setPen(color);
    painter.setFont(sized(text_size::normal, isChecked() ? QFont::DemiBold : QFont::Normal));
    painter.drawText(QRect(40, 0, width() - 64, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
    paintDot(painter);
}

void RailButton::paintDot(QPainter& painter) const {
    const Tokens& t = tokens();
    const QPointF center(width() - 15, height() / 2.0);
    switch (m_state) {
        case Readiness::State::empty:
            painter.setPen(QPen(t.muted, 1.2));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(center, 3.4, 3.4);
            break;
        case Readiness::State::ready:
        case Readiness::State::warning:
            painter.setPen(Qt::NoPen);
            painter.setBrush(m_state == Readiness::State::ready ? t.good : t.warn);
            painter.drawEllipse(center, 4, 4);
            break;
    }
}

}  // namespace lemnos
