// LivePlot on QCustomPlot.
#include "app/gui/widgets/live_plot.h"

#include <algorithm>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/plot_style.h"

namespace lemnos {

namespace {

constexpr int repaintIntervalMs = 100;
constexpr double emptyEpochs = 10;  // shown before a run says how many it has
constexpr double roomForDot = 9;    // pixels between epochs from which on each gets one
constexpr double zoomStep = 0.8;
constexpr double labelRoom = 20;  // pixels that the label of the best epoch needs
constexpr int lowPlot = 140;      // pixels of height, below which the axis goes without its label

double firstY(const QCPGraph& graph, double key, bool& found) {
    const auto it = graph.data()->findBegin(key, false);
    found = it != graph.data()->constEnd() && std::abs(it->key - key) < 0.5;
    return found ? it->value : 0;
}

}  // namespace

LivePlot::LivePlot(PlotKind kind, QWidget* parent) : QCustomPlot(parent), m_kind(kind) {
    m_live = addGraph();
    m_smooth = addGraph();
    m_train = addGraph();
    m_validation = addGraph();
    m_best = addGraph();
    m_best->setLineStyle(QCPGraph::lsNone);
    m_bestLabel = new QCPItemText(this);
    m_bestLabel->setPositionAlignment(Qt::AlignHCenter | Qt::AlignBottom);
    m_bestLabel->setPadding({4, 6, 4, 6});
    m_bestLabel->setClipToAxisRect(false);
    m_bestLabel->setVisible(false);
    m_hoverLine = new QCPItemStraightLine(this);
    m_hoverLine->setVisible(false);
    m_hoverText = new QCPItemText(this);
    m_hoverText->position->setTypeX(QCPItemPosition::ptPlotCoords);
    m_hoverText->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_hoverText->setPadding({8, 4, 8, 4});
    m_hoverText->setTextAlignment(Qt::AlignLeft);
    m_hoverText->setVisible(false);

    axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom | QCP::msRight);
    axisRect()->setMargins({0, 8, 8, 0});
    axisRect()->setMinimumMargins({leftMargin, 8, 12, 0});
    axisRect()->setRangeZoomFactor(zoomStep);
    xAxis->setLabel(tr("epoch"));
    yAxis->setLabel(kind == PlotKind::loss ? tr("loss") : tr("accuracy"));
    yAxis->setLabelPadding(6);
    xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new WholeTicker));
    xAxis->ticker()->setTickCount(8);
    if (kind == PlotKind::accuracy) yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new PercentTicker));
    yAxis->ticker()->setTickCount(4);
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    setNoAntialiasingOnDrag(true);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(64);

    m_repaint.setSingleShot(true);
    m_repaint.setInterval(repaintIntervalMs);
    connect(&m_repaint, &QTimer::timeout, this, [this] { replot(QCustomPlot::rpQueuedReplot); });
    connect(this, &QCustomPlot::beforeReplot, this, &LivePlot::prepare);
    connect(&Theme::instance(), &Theme::changed, this, &LivePlot::applyTheme);
    applyTheme();
    clear();
}

void LivePlot::clear() {
    for (int i = 0; i < graphCount(); ++i) graph(i)->data()->clear();
    m_steps.clear();
    m_smoothed.clear();
    m_average = m_weight = 0;
    m_bestLabel->setVisible(false);
    m_hoverText->setVisible(false);
    m_hoverLine->setVisible(false);
    m_epochs = emptyEpochs;
    fit();
}

void LivePlot::addLive(double epoch, double value) {
    if (!std::isfinite(value)) return;
    m_steps.append(epoch, value);
    smooth(epoch, value);
    changed();
}

/// The average begins at the first value, not at 0: it is divided by the weight that it has so far (Kingma & Ba 2015).
void LivePlot::smooth(double epoch, double value) {
    if (m_smoothing <= 0) return;
    m_average = m_smoothing * m_average + (1 - m_smoothing) * value;
    m_weight = m_smoothing * m_weight + (1 - m_smoothing);
    m_smoothed.append(epoch, m_average / m_weight);
}

void LivePlot::setSmoothing(double share) {
    m_smoothing = std::clamp(share, 0.0, 0.999);
    m_smoothed.clear();
    m_average = m_weight = 0;
    for (const QCPGraphData& point : m_steps.points()) smooth(point.key, point.value);
    changed();
}

void LivePlot::setLogarithmic(bool logarithmic) {
    setScale(*yAxis, logarithmic, 4);
    fit();
}

void LivePlot::addEpoch(double epoch, double train, double validation) {
    if (std::isfinite(train)) m_train->addData(epoch, train);
    if (std::isfinite(validation)) m_validation->addData(epoch, validation);
    changed();
}

void LivePlot::markBest(double epoch, double value) {
    m_best->data()->clear();
    if (std::isfinite(value)) m_best->addData(epoch, value);
    m_bestLabel->position->setCoords(epoch, value);
    m_bestLabel->setText(tr("best %1").arg(valueText(value)));
    m_bestLabel->setVisible(std::isfinite(value));
    changed();
}

void LivePlot::setEpochs(double epochs) {
    m_epochs = std::max(1.0, epochs);
    changed();
}

void LivePlot::fit() {
    m_fitted = true;
    changed();
}

void LivePlot::changed() {
    if (!m_repaint.isActive()) m_repaint.start();
}

void LivePlot::drawNow() {
    m_repaint.stop();
    replot(QCustomPlot::rpImmediateRefresh);
}

void LivePlot::prepare() {
    const bool dots = xAxis->coordToPixel(1) - xAxis->coordToPixel(0) >= roomForDot;
    for (QCPGraph* line : {m_train, m_validation}) {
        const QColor color = line->pen().color();
        line->setScatterStyle(dots ? QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(color), QBrush(color), 5)
                                   : QCPScatterStyle());
    }
    if (m_fitted) fitAxes();
    if (m_bestLabel->visible()) {
        // Below the point where there is no room above it.
        const double above = yAxis->coordToPixel(m_bestLabel->position->value()) - axisRect()->top();
        // Beside it where the axis is near.
        const double left = xAxis->coordToPixel(m_bestLabel->position->key()) - axisRect()->left();
        const double right = axisRect()->width() - left;
        const double half = QFontMetrics(m_bestLabel->font()).horizontalAdvance(m_bestLabel->text()) / 2.0;
        const auto side = left < half ? Qt::AlignLeft : right < half ? Qt::AlignRight : Qt::AlignHCenter;
        m_bestLabel->setPositionAlignment(side | (above < labelRoom ? Qt::AlignTop : Qt::AlignBottom));
    }
    // Only what there are pixels for: the rest would be drawn over itself.
    m_live->data()->set(m_steps.visible(xAxis->range(), width()), true);
    m_smooth->data()->set(m_smoothed.visible(xAxis->range(), width()), true);
}

void LivePlot::fitAxes() {
    xAxis->setRange(0, m_epochs * 1.02);
    double low = m_kind == PlotKind::accuracy ? 1 : 1e300, high = m_kind == PlotKind::accuracy ? 0 : -1e300;
    const bool logarithmic = yAxis->scaleType() == QCPAxis::stLogarithmic;
    const auto include = [&](const QCPRange& range) {
        low = std::min(low, range.lower);
        high = std::max(high, range.upper);
    };
    if (m_steps.size() > 0) include(m_steps.values());
    for (const QCPGraph* line : {m_train, m_validation}) {
        bool found = false;
        const QCPRange range = line->getValueRange(found, logarithmic ? QCP::sdPositive : QCP::sdBoth);
        if (found) include(range);
    }
    if (high < low) {
        yAxis->setRange(logarithmic ? 0.1 : 0, 1);
    } else if (logarithmic) {
        constexpr double least = 1e-7;  // a loss of 0 is below every scale
        yAxis->setRange(std::max(low, least) / 1.3, std::max(high, least * 10) * 1.3);
    } else if (m_kind == PlotKind::accuracy) {
        const double room = std::max(0.02, (high - low) * 0.15);
        yAxis->setRange(std::max(0.0, low - room), std::min(1.02, high + room));
    } else {
        const double room = std::max(high * 1e-3, (high - low) * 0.12);
        yAxis->setRange(std::max(0.0, low - room), high + room);
    }
}

void LivePlot::followRange(const QCPRange& range) {
    m_fitted = false;
    xAxis->setRange(range);
    replot(QCustomPlot::rpQueuedReplot);
}

QString LivePlot::valueText(double value) const {
    return m_kind == PlotKind::accuracy ? formatPercent(value) : formatLoss(value);
}

QString LivePlot::valuesAt(double epoch) const {
    bool hasTrain = false, hasValidation = false, hasLive = false;
    const double whole = std::round(epoch);
    const double train = firstY(*m_train, whole, hasTrain);
    const double validation = firstY(*m_validation, whole, hasValidation);
    if (hasTrain || hasValidation) {
        QString text = tr("epoch %1").arg(formatCount(std::llround(whole)));
        if (hasTrain) text += QLatin1Char('\n') + tr("train %1").arg(valueText(train));
        if (hasValidation) text += QLatin1Char('\n') + tr("validation %1").arg(valueText(validation));
        return text;
    }
    const double live = firstY(*m_live, epoch, hasLive);  // of what is drawn, which is near enough
    return hasLive ? tr("epoch %1\ntrain %2").arg(QString::number(epoch, 'f', 2), valueText(live)) : QString();
}

void LivePlot::showHover(double epoch) {
    const QString text = valuesAt(epoch);
    const bool visible = !text.isEmpty() && xAxis->range().contains(epoch);
    m_hoverLine->setVisible(visible);
    m_hoverText->setVisible(visible);
    if (visible) {
        const bool onEpoch = m_validation->dataCount() > 0 &&
                             std::round(epoch) <= m_validation->data()->at(m_validation->dataCount() - 1)->key;
        const double at = onEpoch ? std::round(epoch) : epoch;
        m_hoverLine->point1->setCoords(at, 0);
        m_hoverLine->point2->setCoords(at, 1);
        const bool right = xAxis->coordToPixel(at) < axisRect()->center().x();
        m_hoverText->setPositionAlignment(Qt::AlignTop | (right ? Qt::AlignLeft : Qt::AlignRight));
        m_hoverText->position->setCoords(at, 0.02);
        m_hoverText->setText(text);
    }
    replot(QCustomPlot::rpQueuedReplot);
}

void LivePlot::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    if (event->buttons() & Qt::LeftButton) {
        m_fitted = false;
        emit rangeMoved(xAxis->range());
    }
    showHover(xAxis->pixelToCoord(event->position().x()));
}

void LivePlot::mouseDoubleClickEvent(QMouseEvent* event) {
    QCustomPlot::mouseDoubleClickEvent(event);
    fit();
    emit fitted();
}

void LivePlot::wheelEvent(QWheelEvent* event) {
    m_fitted = false;
    QCustomPlot::wheelEvent(event);
    emit rangeMoved(xAxis->range());
}

void LivePlot::keyPressEvent(QKeyEvent* event) {
    const double center = xAxis->range().center();
    const double move = xAxis->range().size() / 10;
    switch (event->key()) {
        case Qt::Key_Home:
            fit();
            emit fitted();
            return;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            xAxis->scaleRange(zoomStep, center);
            break;
        case Qt::Key_Minus:
            xAxis->scaleRange(1 / zoomStep, center);
            break;
        case Qt::Key_Left:
            xAxis->moveRange(-move);
            break;
        case Qt::Key_Right:
            xAxis->moveRange(move);
            break;
        default:
            QCustomPlot::keyPressEvent(event);
            return;
    }
    m_fitted = false;
    emit rangeMoved(xAxis->range());
    replot(QCustomPlot::rpQueuedReplot);
}

void LivePlot::resizeEvent(QResizeEvent* event) {
    xAxis->setLabel(height() < lowPlot ? QString() : tr("epoch"));
    QCustomPlot::resizeEvent(event);
}

void LivePlot::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    m_hoverLine->setVisible(false);
    m_hoverText->setVisible(false);
    replot(QCustomPlot::rpQueuedReplot);
}

void LivePlot::applyTheme() {
    const Tokens& t = tokens();
    setBackground(t.surface);
    QColor faint = t.series[0];
    faint.setAlpha(110);
    m_live->setPen(QPen(faint, 1));
    m_smooth->setPen(QPen(t.series[0], 1.5));
    m_train->setPen(QPen(t.series[0], 2));
    m_validation->setPen(QPen(t.series[1], 2, Qt::DashLine));
    m_best->setPen(QPen(t.accent, 2));
    m_best->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(t.accent, 2), QBrush(t.surface), 9));
    m_bestLabel->setFont(sized(text_size::small));
    m_bestLabel->setColor(t.text);
    m_bestLabel->setPadding({0, 6, 0, 6});  // clear of the mark
    styleNote(*m_hoverText);
    m_hoverLine->setPen(QPen(t.muted, 1, Qt::DotLine));
    styleAxes(*this);
    changed();
}

}  // namespace lemnos
