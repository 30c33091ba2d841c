// LivePlot as a file.
#include <QBuffer>
#include <QFileInfo>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "app/gui/widgets/live_plot.h"
#include "app/session/qt_path.h"
#include "model/files.h"

namespace lemnos {

namespace {

constexpr double pngScale = 2;  // sharp on paper and on dense screens

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

Status LivePlot::save(const QString& file) {
    const QString kind = QFileInfo(file).suffix().toLower();
    if (kind == QLatin1String("csv")) {
        const QByteArray csv = toCsv();
        return writeAtomically(toPath(file), {csv.constData(), std::size_t(csv.size())});
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const auto draw = [this](QPaintDevice& page) {
        QCPPainter painter(&page);
        painter.setMode(QCPPainter::pmVectorized);
        painter.setMode(QCPPainter::pmNoCaching);
        painter.fillRect(rect(), mBackgroundBrush);
        toPainter(&painter, width(), height());
    };
    if (kind == QLatin1String("pdf")) {
        QPdfWriter pdf(&buffer);
        pdf.setResolution(72);  // a point for each pixel
        pdf.setPageSize(QPageSize(QSizeF(size()), QPageSize::Point));
        pdf.setPageMargins({});
        pdf.setTitle(accessibleName());
        draw(pdf);
    } else if (kind == QLatin1String("svg")) {
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(size());
        svg.setViewBox(rect());
        svg.setTitle(accessibleName());
        draw(svg);
    } else if (kind == QLatin1String("png")) {
        toPixmap(width(), height(), pngScale).save(&buffer, "PNG");
    } else {
        return Error{"A chart is saved as .png, .svg, .pdf or .csv; '" + file.toStdString() + "' is none of these.",
                     file.toStdString()};
    }
    return writeAtomically(toPath(file), {bytes.constData(), std::size_t(bytes.size())});
}

}  // namespace lemnos
