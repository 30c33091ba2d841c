// BalanceChart on QCustomPlot.
#include "app/gui/widgets/balance_chart.h"

#include <algorithm>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/plot_style.h"

namespace lemnos {

namespace {

constexpr int leastLabelWidth = 18;  // pixels of a bar that has its name below
constexpr int longestName = 18;      // letters
constexpr int leftMargin = 64;

}  // namespace

BalanceChart::BalanceChart(QWidget* parent) : QCustomPlot(parent) {
    setObjectName(QStringLiteral("balanceChart"));
    setAccessibleName(tr("Pictures of each class, the largest class first"));
    setToolTip(tr("Arrow keys go from bar to bar; a click or Enter shows the pictures of a class"));
    m_plot = new QCPBars(xAxis, yAxis);
    m_currentPlot = new QCPBars(xAxis, yAxis);
    m_text = new QCPItemText(this);
    m_text->setPadding({8, 4, 8, 4});
    m_text->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_text->setVisible(false);
    for (QCPBars* bars : {m_plot, m_currentPlot}) {
        bars->setWidthType(QCPBars::wtPlotCoords);
        bars->setWidth(0.8);
        bars->setPen(Qt::NoPen);
    }
    axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom | QCP::msRight);
    axisRect()->setMargins({0, 8, 8, 0});
    axisRect()->setMinimumMargins({leftMargin, 8, 12, 0});
    yAxis->setLabel(tr("images"));
    yAxis->setLabelPadding(6);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, &BalanceChart::applyTheme);
    applyTheme();
}

void BalanceChart::setDataset(const OpenDataset* dataset) {
    m_bars.clear();
    m_total = 0;
    for (std::size_t i = 0; dataset && i < dataset->classCounts.size(); ++i) {
        const auto count = std::int64_t(dataset->classCounts[i]);
        m_bars.push_back({QString::fromStdString(dataset->index->classes[i]), int(i), count});
        m_total += count;
    }
    std::ranges::stable_sort(m_bars, std::ranges::greater(), &Bar::count);
    QVector<double> keys, counts;
    for (const Bar& bar : m_bars) {
        keys << double(keys.size());
        counts << double(bar.count);
    }
    m_plot->setData(keys, counts, true);
    placeLabels();
    fitAxes();
    read(-1);
}

void BalanceChart::setLogarithmic(bool logarithmic) {
    setScale(*yAxis, logarithmic, 5);
    yAxis->setNumberFormat(QStringLiteral("g"));
    yAxis->setNumberPrecision(7);
    // A bar on this scale begins where the axis does; a class with one picture is still seen.
    for (QCPBars* bars : {m_plot, m_currentPlot}) bars->setBaseValue(logarithmic ? 0.5 : 0);
    fitAxes();
    replot(QCustomPlot::rpQueuedReplot);
}

QString BalanceChart::textOf(int bar) const {
    const Bar& b = m_bars[std::size_t(bar)];
    return tr("%1: %2 images, %3 of all")
        .arg(b.name, formatCount(b.count), formatPercent(double(b.count) / double(std::max<std::int64_t>(m_total, 1))));
}

int BalanceChart::barAt(double x) const {
    const double key = std::round(xAxis->pixelToCoord(x));
    return axisRect()->left() <= x && x <= axisRect()->right() && 0 <= key && key < double(barCount()) ? int(key) : -1;
}

void BalanceChart::read(int bar) {
    m_current = bar;
    m_text->setVisible(bar >= 0);
    m_currentPlot->data()->clear();
    if (bar >= 0) {
        const bool right = bar > barCount() / 2;
        m_text->setText(textOf(bar));
        m_text->setPositionAlignment(Qt::AlignTop | (right ? Qt::AlignRight : Qt::AlignLeft));
        m_text->position->setCoords(
            std::clamp(xAxis->coordToPixel(bar) - axisRect()->left(), 0.0, double(axisRect()->width())) /
                std::max(1, axisRect()->width()),
            0);
        m_currentPlot->addData(bar, double(m_bars[std::size_t(bar)].count));
        setAccessibleDescription(textOf(bar));
    }
    replot(QCustomPlot::rpQueuedReplot);
}

void BalanceChart::fitAxes() {
    xAxis->setRange(-0.7, std::max(1.0, double(barCount())) - 0.3);
    const double most = m_bars.empty() ? 1 : double(std::max<std::int64_t>(m_bars.front().count, 1));
    // Room above the bars for the text.
    if (isLogarithmic())
        yAxis->setRange(0.5, std::max(10.0, most * std::pow(most * 2, 0.15)));
    else
        yAxis->setRange(0, most * 1.15);
}

void BalanceChart::placeLabels() {
    const int room = axisRect()->width() / std::max(1, barCount());
    const bool named = room >= leastLabelWidth;
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    for (int i = 0; named && i < barCount(); ++i) {
        const QString& name = m_bars[std::size_t(i)].name;
        ticker->addTick(i, name.size() > longestName ? name.left(longestName - 1) + QChar(0x2026) : name);
    }
    xAxis->setTicker(ticker);
    xAxis->setTickLabelRotation(barCount() > 0 && room < 88 ? -50 : 0);
    xAxis->setLabel(named ? QString() : tr("classes, largest first"));
}

void BalanceChart::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    read(barAt(event->position().x()));
}

void BalanceChart::mouseReleaseEvent(QMouseEvent* event) {
    QCustomPlot::mouseReleaseEvent(event);
    const int bar = barAt(event->position().x());
    if (event->button() == Qt::LeftButton && bar >= 0) emit classChosen(m_bars[std::size_t(bar)].label);
}

void BalanceChart::keyPressEvent(QKeyEvent* event) {
    const int last = barCount() - 1;
    switch (last < 0 ? 0 : event->key()) {
        case Qt::Key_Left:
            return read(std::max(m_current - 1, 0));
        case Qt::Key_Right:
            return read(std::min(m_current + 1, last));
        case Qt::Key_Home:
            return read(0);
        case Qt::Key_End:
            return read(last);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_current >= 0) emit classChosen(m_bars[std::size_t(m_current)].label);
            return;
        default:
            QCustomPlot::keyPressEvent(event);
    }
}

void BalanceChart::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    read(-1);
}

void BalanceChart::resizeEvent(QResizeEvent* event) {
    QCustomPlot::resizeEvent(event);
    placeLabels();
    replot(QCustomPlot::rpQueuedReplot);
}

void BalanceChart::applyTheme() {
    const Tokens& t = tokens();
    setBackground(t.background);
    m_plot->setBrush(t.series[0]);
    m_currentPlot->setBrush(t.accent);
    styleNote(*m_text);
    styleAxes(*this);
    replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace lemnos
