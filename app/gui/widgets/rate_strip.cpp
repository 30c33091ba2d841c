// RateStrip on QCustomPlot.
#include "app/gui/widgets/rate_strip.h"

#include <QLocale>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/plot_style.h"

namespace lemnos {

namespace {

constexpr int repaintIntervalMs = 100;
constexpr int leastHeight = 24, usualHeight = 44;

}  // namespace

RateStrip::RateStrip(QWidget* parent) : QCustomPlot(parent) {
    setObjectName(QStringLiteral("rateStrip"));
    setAccessibleName(tr("Learning rate over epochs"));
    setMinimumHeight(leastHeight);
    setMaximumHeight(usualHeight);
    setMouseTracking(true);
    axisRect()->setAutoMargins(QCP::msLeft);
    axisRect()->setMargins({0, 6, 12, 6});
    axisRect()->setMinimumMargins({LivePlot::leftMargin, 6, 12, 6});
    addGraph();
    graph()->setLineStyle(QCPGraph::lsStepLeft);
    setScale(*yAxis, false, 2);
    yAxis->setNumberFormat(QStringLiteral("gbc"));
    yAxis->setNumberPrecision(2);
    yAxis->setLabel(tr("rate"));
    yAxis->setLabelPadding(6);
    xAxis->setTickLabels(false);
    xAxis->setTicks(false);
    m_repaint.setSingleShot(true);
    m_repaint.setInterval(repaintIntervalMs);
    connect(&m_repaint, &QTimer::timeout, this, [this] { replot(); });
    connect(this, &QCustomPlot::beforeReplot, this, &RateStrip::prepare);
    connect(&Theme::instance(), &Theme::changed, this, &RateStrip::applyTheme);
    applyTheme();
}

QSize RateStrip::sizeHint() const {
    return {0, usualHeight};
}

void RateStrip::clear() {
    m_rates.clear();
    changed();
}

void RateStrip::add(double epoch, double rate) {
    if (!std::isfinite(rate) || rate <= 0) return;
    m_rates.append(epoch, rate);
    setAccessibleDescription(valueAt(epoch));
    changed();
}

void RateStrip::follow(const QCPAxis& above) {
    connect(&above, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this](const QCPRange& range) {
        xAxis->setRange(range);
        changed();
    });
    xAxis->setRange(above.range());
}

QString RateStrip::valueAt(double epoch) const {
    const auto& points = m_rates.points();
    const auto next = std::upper_bound(points.begin(), points.end(), epoch,
                                       [](double x, const QCPGraphData& point) { return x < point.key; });
    if (next == points.begin()) return {};
    return tr("learning rate %1").arg(QLocale().toString((next - 1)->value, 'g', 3));
}

void RateStrip::drawNow() {
    m_repaint.stop();
    replot(QCustomPlot::rpImmediateRefresh);
}

void RateStrip::changed() {
    if (!m_repaint.isActive()) m_repaint.start();
}

void RateStrip::prepare() {
    graph()->data()->set(m_rates.visible(xAxis->range(), width()), true);
    yAxis->setRange(0, m_rates.size() > 0 ? m_rates.values().upper * 1.15 : 1);
    yAxis->setTickLabels(m_rates.size() > 0);
}

void RateStrip::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    QToolTip::showText(event->globalPosition().toPoint(), valueAt(xAxis->pixelToCoord(event->position().x())), this);
}

void RateStrip::applyTheme() {
    setBackground(tokens().surface);
    styleAxes(*this);
    graph()->setPen(QPen(tokens().series[2], 1.5));
    changed();
}

}  // namespace lemnos
