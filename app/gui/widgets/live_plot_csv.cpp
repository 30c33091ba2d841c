// LivePlot as a list of points.
#include "app/gui/widgets/live_plot.h"

namespace lemnos {

namespace {

QByteArray csvLines(const char* series, const std::vector<QCPGraphData>& points) {
    QByteArray lines;
    for (const QCPGraphData& point : points)
        lines += QByteArray(series) + ',' + QByteArray::number(point.key, 'g', 10) + ',' +
                 QByteArray::number(point.value, 'g', 10) + '\n';
    return lines;
}

}  // namespace

QByteArray LivePlot::toCsv() const {
    const auto pointsOf = [](const QCPGraph& graph) {
        return std::vector<QCPGraphData>(graph.data()->constBegin(), graph.data()->constEnd());
    };
    return "series,epoch,value\n" + csvLines("steps", m_steps.points()) + csvLines("train", pointsOf(*m_train)) +
           csvLines("validation", pointsOf(*m_validation));
}

}  // namespace lemnos
