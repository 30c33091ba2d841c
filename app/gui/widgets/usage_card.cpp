// UsageCard: its labels, and the curve between them.
#include "app/gui/widgets/usage_card.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

class UsageCard::Line : public QWidget {
  public:
    explicit Line(const UsageCard& card) : m_card(card) {
        setFixedHeight(32);
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(tokens().line);
        painter.drawLine(0, height() - 1, width(), height() - 1);
        const Curve& values = m_card.m_values;
        if (values.size() < 2) return;
        const double first = values.points().front().key, last = values.points().back().key;
        const double most = m_card.m_most > 0 ? m_card.m_most : std::max(values.values().upper, 1e-9);
        QPainterPath path;
        for (const QCPGraphData& point : values.visible({first, last}, width())) {
            const QPointF at((point.key - first) / (last - first) * width(),
                             height() - 1 - std::clamp(point.value / most, 0.0, 1.0) * (height() - 3));
            path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
        }
        painter.setRenderHint(QPainter::Antialiasing);
        QColor color = tokens().series[0];
        painter.setPen(QPen(color, 1.5));
        painter.drawPath(path);
        path.lineTo(width(), height() - 1);
        path.lineTo(0, height() - 1);
        color.setAlpha(40);
        painter.fillPath(path, color);
    }

  private:
    const UsageCard& m_card;
};

UsageCard::UsageCard(const QString& objectName, const QString& title, double most, QWidget* parent)
    : QFrame(parent),
      m_most(most),
      m_title(makeElided(title, "small")),
      m_value(makeLabel({}, "section")),
      m_remark(makeElided({}, "small")),
      m_line(new Line(*this)) {
    setObjectName(objectName);
    setAccessibleName(title);
    setProperty("role", "card");
    setMinimumWidth(140);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_title, 1);
    head->addWidget(m_value);
    layout->addLayout(head);
    layout->addWidget(m_line);
    layout->addWidget(m_remark);
    clear();
}

void UsageCard::setTitle(const QString& title) {
    m_title->setText(title);
    setAccessibleName(title);
}

void UsageCard::clear() {
    m_values.clear();
    m_value->setText(QStringLiteral("–"));
    m_remark->clear();
    setAccessibleDescription({});
    m_line->update();
}

void UsageCard::add(double time, double value, const QString& text, const QString& remark) {
    if (std::isfinite(value)) m_values.append(time, value);
    m_value->setText(text);
    m_remark->setText(remark);
    setAccessibleDescription(remark.isEmpty() ? text : text + QStringLiteral(". ") + remark);
    m_line->update();
}

QString UsageCard::value() const {
    return m_value->text();
}

QString UsageCard::remark() const {
    return m_remark->text();
}

}  // namespace lemnos
