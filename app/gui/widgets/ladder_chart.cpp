#include "app/gui/widgets/ladder_chart.h"

#include <QPainter>

#include "app/gui/format.h"
#include "app/gui/theme.h"

namespace lemnos {

namespace {

constexpr int rowHeight = 44, nameWidth = 168, valueWidth = 72, barHeight = 20;

}  // namespace

LadderChart::LadderChart(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("ladderChart"));
    setAccessibleName(tr("Validation accuracy of three networks"));
    setToolTip(tr("Best validation accuracy of each network after a short training"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize LadderChart::sizeHint() const {
    return {480, 3 * rowHeight};
}

void LadderChart::setBars(std::vector<Bar> bars) {
    m_bars = std::move(bars);
    QStringList lines;
    for (const Bar& bar : m_bars)
        lines << QStringLiteral("%1: %2").arg(bar.name, bar.value ? formatPercent(*bar.value) : bar.remark);
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    update();
}

void LadderChart::paintEvent(QPaintEvent*) {
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const Bar& bar = m_bars[i];
        const double y = double(i) * rowHeight, middle = y + (rowHeight - barHeight) / 2.0;
        painter.setFont(sized(text_size::normal, bar.own ? QFont::DemiBold : QFont::Normal));
        painter.setPen(t.text);
        painter.drawText(QRectF(0, y, nameWidth, rowHeight), Qt::AlignVCenter | Qt::AlignLeft, bar.name);
        const double width = this->width() - nameWidth - valueWidth - 16;
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.raised);
        painter.drawRoundedRect(QRectF(nameWidth, middle, width, barHeight), 4, 4);
        if (bar.value) {
            painter.setBrush(bar.own ? t.accent : t.series[0]);
            painter.drawRoundedRect(QRectF(nameWidth, middle, std::max(4.0, width * *bar.value), barHeight), 4, 4);
        }
        painter.setPen(bar.value ? t.text : t.muted);
        painter.drawText(QRectF(nameWidth + width + 8, y, valueWidth + 8, rowHeight), Qt::AlignVCenter | Qt::AlignRight,
                         bar.value ? formatPercent(*bar.value) : bar.remark);
    }
}

}  // namespace lemnos
