#include "app/gui/widgets/run_overlay.h"

#include <algorithm>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/widgets/plot_style.h"

namespace lemnos {

namespace {

constexpr std::size_t fewEpochs = 40;  // up to here every epoch gets a dot

const std::vector<double>& curveOf(const RunSummary& run, RunOverlay::Measure measure, bool validation) {
    const RunCurves& curves = run.curves;
    static const std::vector<double> none;
    switch (measure) {
        case RunOverlay::Measure::accuracy:
            return validation ? curves.validationAccuracy : curves.trainAccuracy;
        case RunOverlay::Measure::loss:
            return validation ? curves.validationLoss : curves.trainLoss;
        case RunOverlay::Measure::macroF1:
            return validation ? curves.validationMacroF1 : none;
    }
    return none;
}

}  // namespace

RunOverlay::RunOverlay(QWidget* parent) : QCustomPlot(parent) {
    setObjectName(QStringLiteral("runOverlay"));
    setAccessibleName(tr("Curves of the ticked runs"));
    m_line = new QCPItemStraightLine(this);
    m_hover = new QCPItemText(this);
    m_hover->setPadding({8, 4, 8, 4});
    m_hover->setTextAlignment(Qt::AlignLeft);
    m_hover->position->setTypeX(QCPItemPosition::ptPlotCoords);
    m_hover->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_line->setVisible(false);
    m_hover->setVisible(false);
    axisRect()->setMinimumMargins({64, 8, 12, 0});
    xAxis->setLabel(tr("epoch"));
    xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new WholeTicker));
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(120);
    connect(&Theme::instance(), &Theme::changed, this, &RunOverlay::rebuild);
    rebuild();
}

void RunOverlay::setRuns(std::vector<RunSummary> runs) {
    m_runs = std::move(runs);
    rebuild();
}

void RunOverlay::setMeasure(Measure measure) {
    m_measure = measure;
    rebuild();
}

void RunOverlay::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    rebuild();
}

QByteArray RunOverlay::toCsv() const {
    QByteArray csv = "run,series,epoch,loss,accuracy,macro_f1\n";
    const auto number = [](const std::vector<double>& curve, std::size_t at) {
        return at < curve.size() && std::isfinite(curve[at]) ? QByteArray::number(curve[at], 'g', 10) : QByteArray();
    };
    for (const RunSummary& run : m_runs) {
        const QByteArray name = '"' + QByteArray::fromStdString(run.name).replace('"', "\"\"") + '"';
        for (const bool validation : {false, true}) {
            const auto &loss = curveOf(run, Measure::loss, validation),
                       &accuracy = curveOf(run, Measure::accuracy, validation),
                       &macroF1 = curveOf(run, Measure::macroF1, validation);
            for (std::size_t i = 0; i < std::max(loss.size(), accuracy.size()); ++i)
                csv += name + (validation ? ",validation," : ",train,") + QByteArray::number(qint64(i + 1)) + ',' +
                       number(loss, i) + ',' + number(accuracy, i) + ',' + number(macroF1, i) + '\n';
        }
    }
    return csv;
}

void RunOverlay::rebuild() {
    const Tokens& t = tokens();
    clearGraphs();
    setBackground(t.surface);
    styleAxes(*this);
    setScale(*yAxis, m_logarithmic, 5);
    if (m_measure != Measure::loss && !m_logarithmic) {
        yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new PercentTicker));
        yAxis->ticker()->setTickCount(5);
    }
    const QString names[] = {tr("accuracy"), tr("loss"), tr("macro F1")};
    yAxis->setLabel(names[std::size_t(m_measure)]);
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        for (const bool validation : {false, true}) {
            const std::vector<double>& curve = curveOf(m_runs[i], m_measure, validation);
            QCPGraph* line = addGraph();
            QColor color = t.series[i % t.series.size()];
            if (!validation) color.setAlpha(130);
            line->setPen(QPen(color, validation ? 2 : 1.2, validation ? Qt::DashLine : Qt::SolidLine));
            if (curve.size() <= fewEpochs)
                line->setScatterStyle({QCPScatterStyle::ssDisc, color, validation ? 5.0 : 4.0});
            for (std::size_t k = 0; k < curve.size(); ++k) {
                // A logarithmic scale has no place for 0.
                if (std::isfinite(curve[k]) && (!m_logarithmic || curve[k] > 0)) line->addData(double(k + 1), curve[k]);
            }
        }
    }
    styleNote(*m_hover);
    m_line->setPen(QPen(t.muted, 1, Qt::DotLine));
    if (std::ranges::none_of(m_runs, [&](const RunSummary& run) {
            return !curveOf(run, m_measure, true).empty() || !curveOf(run, m_measure, false).empty();
        })) {
        xAxis->setRange(0, 10);
        yAxis->setRange(m_logarithmic ? 0.1 : 0, 1);
    } else {
        rescaleAxes();
        xAxis->scaleRange(1.04, xAxis->range().center());
        yAxis->scaleRange(1.1, yAxis->range().center());
    }
    replot(QCustomPlot::rpQueuedReplot);
}

QString RunOverlay::valuesAt(int epoch) const {
    QStringList lines;
    for (const RunSummary& run : m_runs) {
        for (const bool validation : {true, false}) {
            const std::vector<double>& curve = curveOf(run, m_measure, validation);
            if (epoch < 1 || std::size_t(epoch) > curve.size() || !std::isfinite(curve[std::size_t(epoch - 1)]))
                continue;
            const double value = curve[std::size_t(epoch - 1)];
            lines << tr("%1 %2: %3")
                         .arg(QString::fromStdString(run.name), validation ? tr("validation") : tr("train"),
                              m_measure == Measure::loss ? formatLoss(value) : formatPercent(value));
        }
    }
    if (lines.isEmpty()) return {};
    return tr("epoch %1").arg(formatCount(epoch)) + QLatin1Char('\n') + lines.join(QLatin1Char('\n'));
}

void RunOverlay::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    const int epoch = int(std::lround(xAxis->pixelToCoord(event->position().x())));
    const QString text = valuesAt(epoch);
    m_hover->setVisible(!text.isEmpty());
    m_line->setVisible(!text.isEmpty());
    if (!text.isEmpty()) {
        m_line->point1->setCoords(epoch, 0);
        m_line->point2->setCoords(epoch, 1);
        const bool right = xAxis->coordToPixel(epoch) < axisRect()->center().x();
        m_hover->setPositionAlignment(Qt::AlignTop | (right ? Qt::AlignLeft : Qt::AlignRight));
        m_hover->position->setCoords(epoch, 0.02);
        m_hover->setText(text);
    }
    replot(QCustomPlot::rpQueuedReplot);
}

void RunOverlay::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    m_hover->setVisible(false);
    m_line->setVisible(false);
    replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace lemnos
