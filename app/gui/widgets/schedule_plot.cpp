// SchedulePlot on QCustomPlot.
#include "app/gui/widgets/schedule_plot.h"

#include <QLocale>
#include <algorithm>

#include "app/gui/format.h"
#include "app/gui/widgets/plot_style.h"

namespace lemnos {

SchedulePlot::SchedulePlot(QWidget* parent) : QCustomPlot(parent) {
    setObjectName(QStringLiteral("schedulePlot"));
    setAccessibleName(tr("Learning rate over the run"));
    setFixedHeight(104);
    axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom);
    axisRect()->setMargins({0, 8, 10, 0});
    addGraph();
    xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new WholeTicker));
    xAxis->ticker()->setTickCount(4);
    setScale(*yAxis, false, 3);
    yAxis->setNumberFormat(QStringLiteral("gbc"));
    yAxis->setNumberPrecision(3);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        applyTheme();
        replot(QCustomPlot::rpQueuedReplot);
    });
    applyTheme();
}

void SchedulePlot::applyTheme() {
    setBackground(tokens().surface);
    styleAxes(*this);
    graph()->setPen(QPen(tokens().series[0], 2));
}

void SchedulePlot::show(const ScheduleType& type, const ParamMap& params, double rate, std::int64_t epochs,
                        std::int64_t stepsPerEpoch) {
    constexpr std::int64_t mostPoints = 400;  // wider than the plot
    SchedulePoint point{.totalSteps = epochs * stepsPerEpoch, .stepsPerEpoch = stepsPerEpoch};
    const std::int64_t last = point.totalSteps - 1, count = std::min(point.totalSteps, mostPoints);
    QVector<QCPGraphData> values;
    double highest = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        point.step = count > 1 ? std::int64_t(double(i) / double(count - 1) * double(last)) : 0;
        point.epoch = point.step / stepsPerEpoch;
        values.append({point.epochs(), rate * scheduleFactor(type, params, point)});
        highest = std::max(highest, values.back().value);
    }
    graph()->data()->set(values, true);
    xAxis->setRange(0, double(epochs));
    yAxis->setRange(0, highest > 0 ? highest * 1.1 : 1);
    const QString text = values.isEmpty() ? QString()
                                          : tr("From %1 at the start to %2 at the end of %3 epochs, %4 at most")
                                                .arg(QLocale().toString(values.front().value, 'g', 3),
                                                     QLocale().toString(values.back().value, 'g', 3),
                                                     formatCount(epochs), QLocale().toString(highest, 'g', 3));
    setToolTip(text);
    setAccessibleDescription(text);
    replot(QCustomPlot::rpQueuedReplot);
}

QVector<QCPGraphData> SchedulePlot::points() const {
    return {graph()->data()->constBegin(), graph()->data()->constEnd()};
}

}  // namespace lemnos
