// SplitBar: painting.
#include "app/gui/widgets/split_bar.h"

#include <QPainter>
#include <QPainterPath>

#include "app/gui/format.h"
#include "app/gui/theme.h"

namespace lemnos {

QColor splitColor(Split split) {
    constexpr std::size_t series[] = {0, 4, 2};
    return tokens().series[series[std::size_t(split)]];
}

QString splitName(Split split) {
    switch (split) {
        case Split::train:
            return SplitBar::tr("training");
        case Split::validation:
            return SplitBar::tr("validation");
        case Split::test:
            return SplitBar::tr("test");
    }
    return {};
}

SplitBar::SplitBar(QWidget* parent) : QWidget(parent) {
    setFixedHeight(10);
    setObjectName(QStringLiteral("splitBar"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SplitBar::set(std::size_t train, std::size_t validation, std::size_t test) {
    m_counts = {train, validation, test};
    const QString text = tr("%1 to train, %2 to validate, %3 to test")
                             .arg(formatCount(std::int64_t(train)), formatCount(std::int64_t(validation)),
                                  formatCount(std::int64_t(test)));
    setToolTip(text);
    setAccessibleName(text);
    update();
}

void SplitBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath outline;
    outline.addRoundedRect(rect(), height() / 2.0, height() / 2.0);
    painter.setClipPath(outline);
    painter.fillRect(rect(), tokens().line);
    const double total = double(m_counts[0] + m_counts[1] + m_counts[2]);
    if (total == 0) return;
    double x = 0;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const double share = double(m_counts[i]) / total * width();
        painter.fillRect(QRectF(x, 0, share, height()), splitColor(Split(i)));
        x += share;
    }
}

}  // namespace lemnos
